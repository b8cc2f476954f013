package dev.supervise.dsl;

import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Origin;
import java.util.Map;
import java.util.function.Consumer;

/// What a `logs` block may say.
final class LogsWords extends Words {
  private static final Logs.Captured DEFAULT = (Logs.Captured) Logs.DEFAULT;

  private final UnitWords unit;
  private final Consumer<Logs> made;
  private Logs.Captured logs = DEFAULT;

  LogsWords(Load load, Origin origin, UnitWords unit, Consumer<Logs> made) {
    super(load, origin);
    this.unit = unit;
    this.made = made;
  }

  @Override
  String label() {
    return unit.label();
  }

  @Override
  void finish() {
    if (broken()) {
      unit.breakBlock();
    }
    made.accept(logs);
  }

  @Word("The file, relative to the unit's directory")
  public void file(String path) {
    if (path.isEmpty()) {
      throw new InvalidSpec("logs file is empty");
    }
    logs = new Logs.Captured(path, logs.rotateBytes(), logs.keep(), logs.console(), logs.block());
  }

  @Word("The size at which the file is set aside")
  public void rotate(Object size) {
    rotate(Map.of(), size);
  }

  @Word(
      value = "The size at which the file is set aside, and how many are kept",
      options = {"keep"})
  public void rotate(Map<String, Object> options, Object size) {
    int keep = Convert.integer("rotate keep", options, "keep", logs.keep());
    logs =
        new Logs.Captured(
            logs.file(), Convert.size("rotate", size), keep, logs.console(), logs.block());
  }

  @Word("false: not shown in the foreground stream")
  public void console(boolean shown) {
    logs = new Logs.Captured(logs.file(), logs.rotateBytes(), logs.keep(), shown, logs.block());
  }

  @Word("A full buffer holds the child up instead of dropping output")
  public void block() {
    logs = new Logs.Captured(logs.file(), logs.rotateBytes(), logs.keep(), logs.console(), true);
  }
}
