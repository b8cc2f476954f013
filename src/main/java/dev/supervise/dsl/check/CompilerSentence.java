package dev.supervise.dsl.check;

import dev.supervise.dsl.value.ClassNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What the compiler says, in the words of who wrote the script: no class of a library, no part of
/// a compiler, nothing of what the script was made into. Pure.
final class CompilerSentence {
  /// Groovy repeats the place at the end.
  private static final Pattern PLACE = Pattern.compile("( @ line \\d+, column \\d+\\.?\\s*)+$");

  /// Parts of a compiler, which mean nothing to anybody else.
  private static final Pattern OWN =
      Pattern.compile(
          "(?i)antlr|codehaus|groovyjarjar|bug!|visitor|visited|\\bast\\b|classnode|bytecode"
              + "|transform|baseexpr|expression context|statement context|internal|synthetic"
              + "|unsupported |parsing failed|failed to find the original|must not be null"
              + "|should not be null|_closure|exception\\b|@[0-9a-f]{5,}|^null$");

  /// Of an assignment to what is neither a variable nor a property nor an element.
  static final String NO_VARIABLE = "what stands left of this = takes no value";

  private static final Map<Pattern, String> TABLE = table();

  private CompilerSentence() {}

  private static Map<Pattern, String> table() {
    Map<String, String> table = new LinkedHashMap<>();
    table.put(
        "(?s)Invalid octal number.*", "a number that begins with 0 is octal and has no 8 or 9");
    table.put("(?s)Number ending with underscores.*", "a number does not end with _");
    table.put(
        "Number of value (.+) does not fit in the range of (\\w+),.*",
        "the number $1 is too large for $2");
    table.put("(?s)Duplicated named parameter '(.+)' found.*", "'$1:' is given twice");
    table.put("(?s)Duplicated parameter '(.+)' found.*", "parameter '$1' is declared twice");
    table.put(
        "(?s)The current .* already contains a (\\w+) of the name (\\S+).*",
        "'$2' is declared twice");
    table.put("(?s)The LHS of an assignment should be.*", NO_VARIABLE);
    table.put("(?s)cannot have '(\\w+)' as LHS.*", "'$1' cannot be assigned");
    table.put(
        "(?s)(break|continue) statement is only allowed.*", "'$1' stands outside of every loop");
    table.put(
        "(?s)The (variable|parameter) \\[(.+)] is declared final but is reassigned.*",
        "'$2' is final and is assigned again");
    table.put("(?s)The variable \\[(.+)] may be uninitialized.*", "'$1' may have no value here");
    table.put(
        "(?s)You defined a method\\[(.+)] without a body.*",
        "method '$1' has no body; write def $1() { … }");
    table.put(
        "(?s)You cannot define a method\\[(.+)] .*in the script.*",
        "method '$1' of a script needs a body");
    table.put(
        "(?s)You defined an abstract method\\[(.+)] with a body.*",
        "method '$1' is abstract and has a body");
    table.put(
        "(?s)Method '(.+)' from class '.*' does not override.*",
        "method '$1' overrides nothing, in spite of its @Override");
    table.put("(?s)Modifiers or return type is required.*", "a method begins with def or a type");
    table.put(
        "(?s)String too long\\..*",
        "this string is longer than the 65,535 characters that the JVM takes");
    table.put(
        "(?s)Invalid use of declaration inside method call.*",
        "a variable cannot be declared inside a call");
    table.put(
        "(?s)You tried to use a map entry for an index operation.*",
        "[name: value] behind a value is an index to Groovy; a comma or brackets are missing");
    table.put("(?s)No map entry allowed at this place.*", "'name: value' cannot stand here");
    table.put(
        "(?s)(Import|Package) statement not expected here.*",
        "an import stands at the beginning of a file");
    table.put("(?s)Method definition not expected here.*", "a method cannot be declared here");
    Map<Pattern, String> compiled = new LinkedHashMap<>();
    table.forEach((sentence, ours) -> compiled.put(Pattern.compile(sentence), ours));
    return compiled;
  }

  /// Empty where the compiler says nothing that helps.
  ///
  /// @param script the script's text: names that stand in it stay as they are
  /// @param made the name of the class that the script is compiled to
  static Optional<String> of(String message, String script, String made) {
    String said = PLACE.matcher(message.strip()).replaceAll("");
    for (Map.Entry<Pattern, String> entry : TABLE.entrySet()) {
      Matcher matcher = entry.getKey().matcher(said);
      if (matcher.matches()) {
        return Optional.of(plain(matcher.replaceFirst(entry.getValue()), script, made));
      }
    }
    if (said.startsWith("Unexpected input") || said.startsWith("Unexpected character")) {
      return Optional.empty();
    }
    String first = plain(said.lines().findFirst().orElse(""), script, made);
    String foreign = first;
    for (String word : first.split("[^\\w$.@!]+")) {
      if (word.length() > 3 && script.contains(word)) {
        foreign = foreign.replace(word, "");
      }
    }
    if (first.isBlank() || OWN.matcher(foreign).find()) {
      return Optional.empty();
    }
    boolean name = first.length() > 1 && Character.isUpperCase(first.charAt(1));
    return Optional.of(name ? first : Character.toLowerCase(first.charAt(0)) + first.substring(1));
  }

  /// Without packages that nobody wrote, the class of the script, and a full stop.
  private static String plain(String sentence, String script, String made) {
    StringBuilder plain = new StringBuilder();
    for (String word : sentence.replace('`', '\'').split("(?<=\\s)")) {
      plain.append(script.contains(word.strip()) ? word : ClassNames.in(word));
    }
    String text =
        made.isEmpty()
            ? plain.toString()
            : plain.toString().replace("'" + made + "'", "the script").replace(made, "the script");
    return text.endsWith(".") && !text.endsWith("..") ? text.substring(0, text.length() - 1) : text;
  }
}
