package dev.supervise.dsl.words;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The words of code that runs later, which need no `ctx` in front: `submit`. They go to the
/// context of the call that is under way on this thread, from the script's own methods and closures
/// too.
public final class CurrentContext {
  private static final ScopedValue<FunctionApi> CONTEXT = ScopedValue.newInstance();

  /// The names of the methods of [FunctionApi] that carry [Word]; a spec holds this against them.
  static final Set<String> WORDS = Set.of("submit");

  private CurrentContext() {}

  /// Calls with that context in reach.
  static <R extends @Nullable Object, X extends Throwable> R in(
      FunctionApi context, ScopedValue.CallableOp<? extends R, X> code) throws X {
    return ScopedValue.where(CONTEXT, context).call(code);
  }

  /// The context that answers a word here, if one does.
  public static Optional<FunctionApi> answering(String word) {
    return WORDS.contains(word) && CONTEXT.isBound()
        ? Optional.of(CONTEXT.get())
        : Optional.empty();
  }
}
