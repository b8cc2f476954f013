package dev.supervise.spec;

import org.jspecify.annotations.Nullable;

/// What a supervised function does. Runs on a virtual thread of its own; a normal return is
/// success, any `Throwable` is a failure. Cancellation reaches it as [FunctionContext#cancelled]
/// and as an interrupt, and it is expected to return then.
@FunctionalInterface
public interface FunctionBody {
  @Nullable Object run(FunctionContext context) throws Throwable;
}
