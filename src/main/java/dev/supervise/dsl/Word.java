package dev.supervise.dsl;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A method of a delegate that scripts may use as a word. What it accepts is read from its
/// parameters: a `Closure` with `@DelegatesTo` is a block of words, one with [Later] is code that
/// runs later, a `Map` takes the [#options].
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Word {
  /// What it is for, in one line.
  String value() default "";

  /// May stand more than once in a block and adds up.
  boolean repeats() default false;

  /// The named options it takes. Empty with a `Map` parameter: any name (`env`, `labels`).
  String[] options() default {};
}
