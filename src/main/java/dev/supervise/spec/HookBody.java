package dev.supervise.spec;

/// What a hook does.
public sealed interface HookBody {
  record Program(Command command) implements HookBody {}

  /// A closure, on a thread of its own.
  record Closure(FunctionBody body) implements HookBody {}
}
