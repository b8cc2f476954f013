package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.Detector;
import dev.supervise.spec.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// What a `detect` block may say: where a process is looked for, in order.
public final class DetectWords extends Words {
  private final UnitWords unit;
  private final Consumer<List<Detector>> made;
  private final List<Detector> detectors = new ArrayList<>();

  DetectWords(Declarations load, Origin origin, UnitWords unit, Consumer<List<Detector>> made) {
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
      return;
    }
    if (detectors.isEmpty()) {
      load.refused(this, new WordError("detect names no detector; pidFile, exec and pid are some"));
      unit.breakBlock();
      return;
    }
    made.accept(detectors);
  }

  @Word(value = "A pid file the program writes itself", repeats = true)
  public void pidFile(String path) {
    detectors.add(new Detector.PidFile(path));
  }

  @Word(value = "A command that prints the pid on a line", repeats = true)
  public void exec(Object... words) {
    detectors.add(new Detector.Exec(CommandLine.command(words)));
  }

  @Word(value = "This very pid", repeats = true)
  public void pid(int number) {
    detectors.add(new Detector.Pid(number));
  }
}
