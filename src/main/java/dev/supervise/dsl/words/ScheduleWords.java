package dev.supervise.dsl.words;

import dev.supervise.dsl.value.Constant;
import dev.supervise.dsl.value.NearestName;
import dev.supervise.dsl.value.Word;
import dev.supervise.dsl.value.WordError;
import dev.supervise.plan.CronTimes;
import dev.supervise.spec.InvalidSpec;
import dev.supervise.spec.Origin;
import dev.supervise.spec.ScheduleSpec;
import dev.supervise.spec.ScheduleSpec.Missed;
import dev.supervise.spec.ScheduleSpec.Overlap;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a `schedule` block may say.
public final class ScheduleWords extends Words {
  private final String name;
  private final TaskDeclarations errands;
  private ScheduleSpec.@Nullable When when;
  private Overlap overlap = Overlap.SKIP;
  private Missed missed = Missed.SKIP;
  private @Nullable String type;
  private Map<String, @Nullable Object> params = Map.of();

  ScheduleWords(Declarations load, Origin origin, String name, TaskDeclarations errands) {
    super(load, origin);
    this.name = name;
    this.errands = errands;
  }

  @Override
  String label() {
    return "schedule '" + name + "'";
  }

  @Override
  void finish() {
    if (broken()) {
      return;
    }
    try {
      errands.add(spec());
    } catch (InvalidSpec | WordError refused) {
      load.refused(this, refused);
    }
  }

  private ScheduleSpec spec() {
    ScheduleSpec.When moments = when;
    if (moments == null) {
      throw new WordError("a schedule needs cron '0 3 * * *' or every 10.minutes");
    }
    String wanted = type;
    if (wanted == null) {
      throw new WordError("a schedule needs submit 'TYPE', the task it submits");
    }
    return new ScheduleSpec(name, origin, moments, overlap, missed, wanted, params);
  }

  @Word(
      value = "The moments by the wall clock of a zone",
      options = {"zone"})
  public void cron(Map<String, Object> options, String text) {
    excludes("cron", "every");
    String zone = Convert.text("cron zone", options.getOrDefault("zone", "UTC"));
    try {
      when = CronTimes.checked(text, options.isEmpty() ? ZoneId.systemDefault() : ZoneId.of(zone));
    } catch (DateTimeException unknown) {
      throw new WordError(
          "cron zone '" + zone + "' is no time zone",
          NearestName.of(zone, ZoneId.getAvailableZoneIds())
              .map(nearest -> "did you mean '" + nearest + "'?")
              .orElse("zones are called like 'UTC' and 'Europe/Berlin'"));
    }
  }

  @Word("The moments by the wall clock of this machine")
  public void cron(String text) {
    cron(Map.of(), text);
  }

  @Word("A fixed rhythm")
  public void every(Duration period) {
    excludes("every", "cron");
    when = new ScheduleSpec.When.Every(period);
  }

  private void excludes(String word, String other) {
    Origin first = saidAt(other);
    if (first != null) {
      throw new WordError(
          word + " and " + other + " exclude each other; " + other + " is at " + first);
    }
  }

  @Word(
      value = "What happens at a moment when the task before has not ended",
      constants = {"skip", "queue", "replace"})
  public void overlap(Constant what) {
    overlap =
        switch (what.name()) {
          case "queue" -> Overlap.QUEUE;
          case "replace" -> Overlap.REPLACE;
          default -> Overlap.SKIP;
        };
  }

  @Word(
      value = "What happens about moments that passed while nothing ran",
      constants = {"run", "skip"})
  public void missed(Constant what) {
    missed = what.name().equals("run") ? Missed.RUN : Missed.SKIP;
  }

  @Word("The task that is submitted")
  public void submit(String type) {
    submit(Map.of(), type);
  }

  @Word("The task that is submitted, and its parameters")
  public void submit(Map<String, Object> params, String type) {
    errands.wanted(type, here(), label());
    this.type = type;
    this.params = Plain.map(type, params);
  }
}
