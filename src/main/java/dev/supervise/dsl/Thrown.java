package dev.supervise.dsl;

import groovy.lang.MissingMethodException;
import groovy.lang.MissingPropertyException;

/// What a script's own code threw, in a sentence without class names of generated code.
final class Thrown {
  private Thrown() {}

  static String text(Throwable thrown) {
    return switch (thrown) {
      case MissingMethodException missing ->
          "there is no method '" + missing.getMethod() + "' on " + type(missing.getType());
      case MissingPropertyException missing ->
          "there is no property '" + missing.getProperty() + "' on " + type(missing.getType());
      case EndsProgram ends -> String.valueOf(ends.getMessage());
      case StackOverflowError _ -> "the script calls itself without end";
      default -> {
        String message = thrown.getMessage();
        String name = thrown.getClass().getSimpleName();
        yield message == null || message.isBlank()
            ? name
            : name + ": " + message.lines().findFirst().orElse("");
      }
    };
  }

  private static String type(Class<?> type) {
    return LoadedScript.class.isAssignableFrom(type) ? "the script" : type.getSimpleName();
  }
}
