package dev.supervise.dsl.words;

import dev.supervise.dsl.value.WordError;
import dev.supervise.spec.TaskContext;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `ctx` in a task's `run`: what a function sees, and the task itself.
public final class TaskApi extends FunctionApi {
  private final TaskContext context;

  TaskApi(TaskContext context) {
    super(context);
    this.context = context;
  }

  /// Keeps values for the next attempts, on disk before this returns, replacing what was kept.
  @Override
  public void save(Map<?, ?> values) {
    context.save(Plain.map("save", values));
  }

  /// The task's own id, the same in all its attempts.
  public UUID getId() {
    return context.id();
  }

  /// The name of its type.
  public String getType() {
    return context.type();
  }

  /// How far it is, from 0 to 1.
  public void progress(@Nullable Object fraction) {
    progress(fraction, "");
  }

  /// How far it is, from 0 to 1, and a few words.
  public void progress(@Nullable Object fraction, @Nullable Object text) {
    double number = fraction instanceof Number given ? given.doubleValue() : Double.NaN;
    context.progress(number, text == null ? "" : text(text));
  }

  /// The task's result once it completes, instead of what the closure returns.
  public void result(@Nullable Object value) {
    context.result(kept(value));
  }

  /// A closure returns whatever its last statement happens to yield: what JSON cannot say is kept
  /// as its text.
  static @Nullable Object kept(@Nullable Object result) {
    try {
      return Plain.of("result", result);
    } catch (WordError _) {
      return FunctionApi.text(result);
    }
  }
}
