package dev.supervise.dsl.value;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a closure parameter that is code which runs after the load, with no words in reach: it
/// sees the API named by its `@DelegatesTo` and the script's own methods and variables.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Later {}
