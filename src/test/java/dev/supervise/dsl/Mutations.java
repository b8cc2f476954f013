package dev.supervise.dsl;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Scripts with slips in them, one for each number: the same numbers give the same scripts.
final class Mutations {
  private static final Pattern TOKEN = Pattern.compile("\\w+|\\s+|.", Pattern.DOTALL);

  private static final String[] SIGNS = {
    "$",
    "\\",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "/",
    "$/",
    "/$",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "#",
    "`",
    ";",
    ":",
    ",",
    ".",
    "@",
    "?",
    "->",
    "=",
    "==",
    "+",
    "-",
    "*",
    "<",
    ">",
    "!",
    "&",
    "|",
    "~",
    "%",
    "^",
    "${",
    "\\u",
    "\\d",
    "//",
    "/*",
    "*/",
    "#!",
    "\0",
    "\r",
    "\n",
    "\t",
    "\f",
    "\u001b",
    "\u007f",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u202e",
    "\u201c",
    "\u2019",
    "\u00e9",
    "\ud83d\ude00",
    "\ud800",
    "\u0663",
    "5.",
    "0x",
    "08",
    "1e9",
    "99999999999999999999",
    "..",
    "?.",
    "*.",
    "::"
  };

  private static final String[] WORDS = {
    "def",
    "class",
    "if",
    "else",
    "for",
    "while",
    "return",
    "new",
    "in",
    "as",
    "import",
    "package",
    "static",
    "final",
    "void",
    "int",
    "null",
    "true",
    "this",
    "super",
    "it",
    "switch",
    "case",
    "default",
    "try",
    "catch",
    "throw",
    "assert",
    "instanceof",
    "enum",
    "interface",
    "trait",
    "record",
    "transient",
    "synchronized",
    "var",
    "yield",
    "goto",
    "const",
    "break",
    "continue",
    "process",
    "function",
    "supervisor",
    "pool",
    "task",
    "schedule",
    "command",
    "shell",
    "env",
    "after",
    "ready",
    "stop",
    "run",
    "restart",
    "delay",
    "ctx",
    "param",
    "secret",
    "include",
    "SIGTERM",
    "always",
    "seconds",
    "@Field",
    "@Override",
    "@interface",
    "sealed",
    "abstract"
  };

  private static final String[] QUOTES = {"'", "\"", "'''", "\"\"\"", "/", "$/", "“"};

  private final List<String> corpus;
  private final long seed;

  Mutations(List<String> corpus, long seed) {
    this.corpus = corpus;
    this.seed = seed;
  }

  /// The bytes of a script.
  byte[] script(long number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    StringBuilder text = new StringBuilder(one(random));
    int slips = 1 + Math.max(0, random.nextInt(5) - 2);
    for (int i = 0; i < slips; i++) {
      slip(text, random);
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(50) == 0 && bytes.length > 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }

  private String one(SplittableRandom random) {
    return corpus.get(random.nextInt(corpus.size()));
  }

  private void slip(StringBuilder text, SplittableRandom random) {
    int length = text.length();
    int at = length == 0 ? 0 : random.nextInt(length);
    int more = Math.min(length, at + 1 + random.nextInt(8));
    switch (random.nextInt(14)) {
      case 0 -> text.delete(at, more);
      case 1 -> text.insert(at, text.substring(at, more));
      case 2, 3 -> text.insert(at, SIGNS[random.nextInt(SIGNS.length)]);
      case 4 -> text.replace(at, Math.min(length, at + 1), SIGNS[random.nextInt(SIGNS.length)]);
      case 5 -> text.setLength(at);
      case 6 -> text.insert(at, " " + WORDS[random.nextInt(WORDS.length)] + " ");
      case 7 -> quote(text, random);
      case 8 -> without(text, "{}()[]", random);
      case 9 -> tokens(text, random);
      case 10 -> {
        String other = one(random);
        int from = other.isEmpty() ? 0 : random.nextInt(other.length());
        text.setLength(at);
        text.append(other, from, other.length());
      }
      case 11 -> without(text, "'\",;:.", random);
      case 12 -> line(text, random);
      default -> {
        String other = one(random);
        int from = other.isEmpty() ? 0 : random.nextInt(other.length());
        text.insert(at, other, from, Math.min(other.length(), from + random.nextInt(60)));
      }
    }
  }

  /// One quote becomes another.
  private static void quote(StringBuilder text, SplittableRandom random) {
    List<Integer> places = places(text, "'\"/");
    if (!places.isEmpty()) {
      int at = places.get(random.nextInt(places.size()));
      text.replace(at, at + 1, QUOTES[random.nextInt(QUOTES.length)]);
    }
  }

  private static void without(StringBuilder text, String signs, SplittableRandom random) {
    List<Integer> places = places(text, signs);
    if (!places.isEmpty()) {
      text.deleteCharAt(places.get(random.nextInt(places.size())));
    }
  }

  private static List<Integer> places(StringBuilder text, String signs) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < text.length(); i++) {
      if (signs.indexOf(text.charAt(i)) >= 0) {
        places.add(i);
      }
    }
    return places;
  }

  /// Tokens are left out, repeated, swapped, or replaced by others of the script.
  private static void tokens(StringBuilder text, SplittableRandom random) {
    List<String> tokens = new ArrayList<>();
    Matcher matcher = TOKEN.matcher(text);
    while (matcher.find()) {
      tokens.add(matcher.group());
    }
    if (tokens.size() < 2) {
      return;
    }
    int a = random.nextInt(tokens.size());
    int b = random.nextInt(tokens.size());
    switch (random.nextInt(4)) {
      case 0 -> tokens.remove(a);
      case 1 -> tokens.add(a, tokens.get(b));
      case 2 -> tokens.set(a, tokens.get(b));
      default -> tokens.set(a, tokens.set(b, tokens.get(a)));
    }
    text.setLength(0);
    tokens.forEach(text::append);
  }

  /// A line is left out, repeated, or joined with the next.
  private static void line(StringBuilder text, SplittableRandom random) {
    List<Integer> ends = places(text, "\n");
    if (ends.size() < 2) {
      return;
    }
    int i = random.nextInt(ends.size() - 1);
    int from = ends.get(i);
    int to = ends.get(i + 1);
    switch (random.nextInt(3)) {
      case 0 -> text.delete(from, to);
      case 1 -> text.insert(to, text.substring(from, to));
      default -> text.setCharAt(from, ' ');
    }
  }
}
