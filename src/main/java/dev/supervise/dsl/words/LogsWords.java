package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Logs;
import dev.supervise.spec.Origin;
import java.util.Map;
import java.util.function.Consumer;

/// What a `logs` block may say.
public final class LogsWords extends Words {
  private static final Logs.Captured DEFAULT = (Logs.Captured) Logs.DEFAULT;

  private final UnitWords unit;
  private final Consumer<Logs> made;
  private String file = DEFAULT.file();
  private long rotateBytes = DEFAULT.rotateBytes();
  private int keep = DEFAULT.keep();
  private boolean console = DEFAULT.console();
  private boolean block = DEFAULT.block();
  private boolean separate = DEFAULT.separate();
  private Logs.Format format = DEFAULT.format();

  LogsWords(Declarations load, Origin origin, UnitWords unit, Consumer<Logs> made) {
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
    made.accept(new Logs.Captured(file, rotateBytes, keep, console, block, separate, format));
  }

  @Word("The file, relative to the unit's directory")
  public void file(String path) {
    if (path.isEmpty()) {
      throw new InvalidSpec("logs file is empty");
    }
    file = path;
  }

  @Word("The size at which the file is set aside")
  public void rotate(Object size) {
    rotate(Map.of(), size);
  }

  @Word(
      value = "The size at which the file is set aside, and how many are kept",
      options = {"keep"})
  public void rotate(Map<String, Object> options, Object size) {
    int kept = Convert.integer("rotate keep", options, "keep", keep);
    // Checked here, so that the mistake is told with the line of this word.
    Logs.Captured checked =
        new Logs.Captured(file, Convert.size("rotate", size), kept, console, block);
    rotateBytes = checked.rotateBytes();
    keep = checked.keep();
  }

  @Word("false: not shown in the foreground stream")
  public void console(boolean shown) {
    console = shown;
  }

  @Word("A full buffer holds the child up instead of dropping output")
  public void block() {
    block = true;
  }

  @Word("Standard error goes to a file of its own")
  public void separate() {
    separate = true;
  }

  @Word("Each line of the file is one JSON object, with its time")
  public void json() {
    format = Logs.Format.JSON;
  }

  @Word("Each line of the file begins with its time")
  public void timestamps() {
    if (format == Logs.Format.PLAIN) {
      format = Logs.Format.TIMESTAMPS;
    }
  }
}
