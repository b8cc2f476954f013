package dev.supervise.dsl.value;

import groovy.lang.Closure;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Classes as people who write scripts call them: `String`, `a closure`, `the script`. Pure.
public final class ClassNames {
  /// Packages that nobody writes in a script, before the part that people know.
  private static final Pattern PACKAGES =
      Pattern.compile(
          "\\b(?:java|javax|jdk|sun|groovy|groovyjarjar\\w+|org\\.codehaus|org\\.apache\\.groovy"
              + "|dev\\.supervise)\\.(?:[a-z_]\\w*\\.)*(?=[A-Z])");

  /// What a script's closures are compiled to, and an object without a text of its own.
  private static final Pattern GENERATED =
      Pattern.compile("\\b\\w+\\$_\\w*closure\\w*(?:@[0-9a-f]+)?");

  private static final Pattern HASH =
      Pattern.compile("\\b(?:[a-z]\\w*\\.)*([A-Z][\\w$]*)@[0-9a-f]{5,8}(?!\\.?\\w)");

  private ClassNames() {}

  public static String of(Class<?> type) {
    MessageName called = type.getAnnotation(MessageName.class);
    if (called != null) {
      return called.value();
    }
    if (Closure.class.isAssignableFrom(type)) {
      return "a closure";
    }
    String name = type.getSimpleName();
    return name.isEmpty() ? "an object" : name;
  }

  /// A sentence of a library, with its classes called so.
  public static String in(String sentence) {
    return generated(PACKAGES.matcher(sentence).replaceAll(""));
  }

  /// A text in which closures and objects without a text of their own are called so.
  public static String generated(String text) {
    String closures = GENERATED.matcher(text).replaceAll("a closure");
    return HASH.matcher(closures)
        .replaceAll(object -> Matcher.quoteReplacement(withArticle(object.group(1))));
  }

  /// `a String`, `an Object`.
  public static String withArticle(String type) {
    return ("AEIOUaeiou".indexOf(type.charAt(0)) < 0 ? "a " : "an ") + type;
  }
}
