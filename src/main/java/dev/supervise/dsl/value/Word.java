package dev.supervise.dsl.value;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A method of a delegate that scripts may use as a word. What it accepts is read from its
/// parameters:
///
/// - a `Map` comes first and takes the named [#options]
/// - a `Closure` with `@DelegatesTo` is a block of words; the method then returns the delegate of
///   that block, and whoever dispatches runs the block on it
/// - a `Closure` with [Later] is code that runs later
/// - [Constant] takes one of [#constants], bare or as a string
/// - `Duration`, `int`, `boolean`, `String` and [dev.supervise.spec.Value] convert what is written
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Word {
  /// What it is for, in one line.
  String value() default "";

  /// May stand more than once in a block and adds up.
  boolean repeats() default false;

  /// The named options it takes. Empty with a `Map` parameter: any name (`env`, `labels`).
  String[] options() default {};

  /// What its [Constant] parameter takes, or the values of its options where it takes any name as
  /// an option, in the order messages list them. `SIGTERM` stands for every signal.
  String[] constants() default {};

  /// What an option takes besides what its sentence says: `to: group`.
  String[] values() default {};
}
