package dev.supervise.dsl.syntax;

import dev.supervise.dsl.syntax.Lexeme.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a script's text as the language's own lexer does, and never gives up: what that one fails
/// at is a [Fault] here, and the reading goes on behind it. So a mistake can be explained, an open
/// bracket found, and a half-typed line understood.
///
/// Whether a text *is* a script is not decided here; [GroovyTokens] and the parser know that. Pure,
/// and loads nothing of Groovy.
public final class Lexer {
  private static final Set<String> KEYWORDS =
      Set.of(
          "abstract",
          "as",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "const",
          "continue",
          "def",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "final",
          "finally",
          "float",
          "for",
          "goto",
          "if",
          "implements",
          "import",
          "in",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "package",
          "private",
          "protected",
          "public",
          "return",
          "short",
          "static",
          "strictfp",
          "super",
          "switch",
          "synchronized",
          "threadsafe",
          "throw",
          "throws",
          "trait",
          "transient",
          "try",
          "var",
          "void",
          "volatile",
          "while",
          "yield");

  /// A length, a parameter by its sign, a default: to Groovy a comment, nothing, a label.
  private static final Pattern SHELL_FORM =
      Pattern.compile("\\$\\{(?:#[\\w@*]*|[@*?$-]|[A-Za-z_]\\w*:[-=?+0-9][^{}\"'\\n]*)}");

  private static final String SIGNS = "+-*/%=<>!&|^~?:.,@";
  private static final String CURLY =
      "\u201c\u201d\u201e\u201f\u2018\u2019\u201a\u201b\u00ab\u00bb";
  private static final String ESCAPED = "btnfrs\"'\\$";

  /// What the text is in the middle of.
  private sealed interface Inside {
    /// @param open `(`, `[`, `{` or `${`
    record Bracket(String open, int start) implements Inside {}

    /// @param quote `'`, `"`, `'''`, `"""`, `/` or `$/`
    record Quoted(String quote, int start) implements Inside {
      String closing() {
        return quote.equals("$/") ? "/$" : quote;
      }

      boolean oneLine() {
        return quote.equals("'") || quote.equals("\"");
      }

      boolean escapes() {
        return !quote.endsWith("/");
      }

      boolean interpolates() {
        return quote.charAt(0) != '\'';
      }
    }
  }

  private final String text;
  private final List<Lexeme> lexemes = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Deque<Inside> inside = new ArrayDeque<>();
  private final Deque<Integer> nested = new ArrayDeque<>();
  private @Nullable Lexeme last;
  private int at;
  private int deepest;
  private int deepestAt;

  private Lexer(String text) {
    this.text = text;
  }

  /// What a text consists of.
  ///
  /// @param lexemes without blanks and comments
  /// @param unclosed where the brackets begin that are open at the end, outermost first
  /// @param depth how deep brackets nest, those in strings included
  /// @param deepest where the innermost of them begins
  public record Reading(
      List<Lexeme> lexemes, List<Fault> faults, List<Integer> unclosed, int depth, int deepest) {}

  public static Reading read(String text) {
    return new Lexer(text).all();
  }

  /// Whether a text goes on in the next line: a bracket, a text of several lines or a comment is
  /// open, or its last line ends with a backslash.
  public static boolean unfinished(String text) {
    Reading reading = read(text);
    return !reading.unclosed().isEmpty()
        || text.endsWith("\\")
        || reading.faults().stream().anyMatch(Fault::goesOn);
  }

  private Reading all() {
    if (text.startsWith("#!")) {
      at = lineEnd(0);
    }
    while (at < text.length()) {
      if (inside.peek() instanceof Inside.Quoted quoted) {
        quoted(quoted, at);
      } else {
        code();
      }
    }
    while (inside.peek() instanceof Inside.Quoted quoted) {
      // Its last `}` was the text's last character.
      inside.pop();
      faults.add(new Fault.OpenText(quoted.start(), text.length(), quoted.quote(), false));
    }
    List<Integer> unclosed = new ArrayList<>();
    for (Inside each : inside.reversed()) {
      if (each instanceof Inside.Bracket bracket) {
        unclosed.add(bracket.start());
      }
    }
    return new Reading(lexemes, faults, unclosed, deepest, deepestAt);
  }

  // Outside strings

  private void code() {
    char c = text.charAt(at);
    if (c == ' ' || c == '\t') {
      at++;
    } else if (c == '\n' || c == '\r') {
      int end = text.startsWith("\r\n", at) ? at + 2 : at + 1;
      add(Kind.NEWLINE, end);
    } else if (c == '\\' && newline(at + 1) > 0) {
      at = newline(at + 1);
    } else if (text.startsWith("//", at)) {
      at = lineEnd(at);
    } else if (text.startsWith("/*", at)) {
      comment();
    } else if (c == '#') {
      int end = lineEnd(at);
      faults.add(new Fault.Hash(at, end));
      at = end;
    } else if (c == '\'' || c == '"') {
      String triple = String.valueOf(c).repeat(3);
      open(text.startsWith(triple, at) ? triple : String.valueOf(c));
    } else if (c == '/' && slashy(at + 1)) {
      open("/");
    } else if (text.startsWith("$/", at) && text.indexOf("/$", at + 2) > at + 2) {
      open("$/");
    } else if (digit(c)) {
      number();
    } else if (wordStart(text.codePointAt(at))) {
      word();
    } else if (c == '(' || c == '[' || c == '{') {
      bracket(String.valueOf(c));
    } else if (c == ')' || c == ']' || c == '}') {
      close();
    } else if (c == ';') {
      add(Kind.SEMICOLON, at + 1);
    } else if (SIGNS.indexOf(c) >= 0) {
      boolean twice = (c == '+' || c == '-') && text.startsWith(String.valueOf(c), at + 1);
      add(Kind.SIGN, twice ? at + 2 : at + 1);
    } else if (CURLY.indexOf(c) >= 0) {
      curly();
    } else {
      int end = at + Character.charCount(text.codePointAt(at));
      faults.add(new Fault.Stray(at, end));
      at = end;
    }
  }

  private void add(Kind kind, int end) {
    Lexeme lexeme = new Lexeme(kind, at, end);
    lexemes.add(lexeme);
    // Line ends in round and square brackets are blanks.
    boolean blank =
        kind == Kind.NEWLINE
            && inside.peek() instanceof Inside.Bracket bracket
            && (bracket.open().equals("(") || bracket.open().equals("["));
    if (!blank) {
      last = lexeme;
    }
    at = end;
  }

  private void comment() {
    int end = text.indexOf("*/", at + 2);
    if (end < 0) {
      faults.add(new Fault.OpenComment(at, text.length()));
      at = text.length();
    } else {
      at = end + 2;
    }
  }

  private void number() {
    int end = at + 1;
    while (end < text.length()
        && (numeric(text.charAt(end))
            || text.charAt(end) == '.' && end + 1 < text.length() && digit(text.charAt(end + 1)))) {
      end++;
    }
    add(Kind.NUMBER, end);
  }

  /// Suffixes, exponents, hexadecimal digits and the `_` between digits.
  private static boolean numeric(char c) {
    return digit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_';
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private void word() {
    int end = at;
    while (end < text.length() && wordPart(text.codePointAt(end))) {
      end += Character.charCount(text.codePointAt(end));
    }
    add(Kind.WORD, end);
  }

  private static boolean wordStart(int c) {
    return Character.isJavaIdentifierStart(c) && !Character.isIdentifierIgnorable(c);
  }

  private static boolean wordPart(int c) {
    return Character.isJavaIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private void bracket(String open) {
    inside.push(new Inside.Bracket(open, at));
    nested.push(at);
    if (nested.size() > deepest) {
      deepest = nested.size();
      deepestAt = at;
    }
    add(Kind.OPEN, at + open.length());
  }

  private void close() {
    add(Kind.CLOSE, at + 1);
    if (inside.peek() instanceof Inside.Bracket) {
      inside.pop();
      nested.pop();
    }
  }

  /// A slash after a value divides; elsewhere it opens a string, if something closes it.
  private boolean slashy(int from) {
    Lexeme before = last;
    if (before != null) {
      boolean opens =
          switch (before.kind()) {
            case WORD -> KEYWORDS.contains(text.substring(before.start(), before.end()));
            case NUMBER, TEXT, CLOSE -> false;
            case SIGN -> before.end() - before.start() == 1;
            case OPEN, SEMICOLON, NEWLINE -> true;
          };
      if (!opens) {
        return false;
      }
    }
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '/') {
        return i > from;
      } else if (c == '\0') {
        return false;
      } else if (c == '\\' && text.startsWith("/", i + 1)) {
        i++;
      } else if (c == '$' && interpolation(i)) {
        return true;
      }
    }
    return false;
  }

  private void curly() {
    int end = at + 1;
    int line = lineEnd(at);
    while (end < line && CURLY.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    boolean closed = end < line;
    int start = at;
    int behind = closed ? end + 1 : start + 1;
    faults.add(new Fault.CurlyQuote(start, behind, closed));
    if (closed) {
      add(Kind.TEXT, behind);
    } else {
      at = behind;
    }
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < text.length() && text.charAt(end) != '\n' && text.charAt(end) != '\r') {
      end++;
    }
    return end;
  }

  /// Behind the line end that stands there; 0 where none does.
  private int newline(int from) {
    return text.startsWith("\r\n", from)
        ? from + 2
        : text.startsWith("\n", from) || text.startsWith("\r", from) ? from + 1 : 0;
  }

  // In strings

  private void open(String quote) {
    inside.push(new Inside.Quoted(quote, at));
    quoted(new Inside.Quoted(quote, at), at + quote.length());
  }

  /// Reads a string to its end or to its next `${`.
  ///
  /// @param from behind its quote, or behind the `}` of its last `${…}`
  private void quoted(Inside.Quoted string, int from) {
    int i = from;
    boolean escapedQuote = false;
    while (i < text.length()) {
      char c = text.charAt(i);
      if (string.oneLine() && (c == '\n' || c == '\r')) {
        break;
      } else if (closes(string, i)) {
        inside.pop();
        add(Kind.TEXT, i + string.quote().length());
        return;
      } else if (c == '$' && string.interpolates() && shellForm(i) > 0) {
        faults.add(new Fault.ShellForm(i, shellForm(i)));
        i = shellForm(i);
      } else if (c == '$' && string.interpolates() && text.startsWith("{", i + 1)) {
        add(Kind.TEXT, i);
        bracket("${");
        return;
      } else if (c == '$' && string.quote().startsWith("\"") && !interpolation(i)) {
        faults.add(new Fault.Dollar(i, i + 1, string.quote()));
        i++;
      } else if (c == '\\' && string.escapes()) {
        escapedQuote = text.startsWith(string.quote(), i + 1);
        i = escape(string, i);
      } else if (c == '\\' && string.quote().equals("/") && text.startsWith("/", i + 1)) {
        i += 2;
      } else if (string.quote().equals("$/")
          && (text.startsWith("$$", i) || text.startsWith("$/", i))) {
        i += 2;
      } else {
        i++;
      }
    }
    inside.pop();
    if (string.oneLine()
        && inside.peek() instanceof Inside.Bracket(String open, int start)
        && open.equals("${")
        && lineEnd(start) == lineEnd(string.start())) {
      // Its quote was meant to end the string around the `${`.
      faults.add(new Fault.OpenValue(start, i));
      inside.pop();
      nested.pop();
      inside.pop();
    } else {
      faults.add(new Fault.OpenText(string.start(), i, string.quote(), escapedQuote));
    }
    add(Kind.TEXT, i);
  }

  /// Three quotes end a long string, unless more of them follow that are still part of it.
  private boolean closes(Inside.Quoted string, int i) {
    if (!text.startsWith(string.closing(), i)) {
      return false;
    }
    if (string.quote().length() < 3) {
      return true;
    }
    int run = 3;
    while (run < 6 && text.startsWith(string.quote().substring(0, 1), i + run)) {
      run++;
    }
    return run == 3 || run == 6;
  }

  /// Behind the `${…}` there that is the shell's alone; 0 for one that may be Groovy.
  private int shellForm(int dollar) {
    Matcher form = SHELL_FORM.matcher(text).region(dollar, text.length());
    return form.lookingAt() ? form.end() : 0;
  }

  /// Whether the `$` there begins `${…}` or `$name`.
  private boolean interpolation(int dollar) {
    if (dollar + 1 >= text.length()) {
      return false;
    }
    int next = text.codePointAt(dollar + 1);
    return next == '{' || next != '$' && wordStart(next);
  }

  /// Behind the escape that begins there.
  private int escape(Inside.Quoted string, int backslash) {
    int i = backslash + 1;
    if (i >= text.length()) {
      return i;
    }
    char c = text.charAt(i);
    if (ESCAPED.indexOf(c) >= 0) {
      return i + 1;
    } else if (newline(i) > 0) {
      return newline(i);
    } else if (octal(i)) {
      int most = c <= '3' ? i + 3 : i + 2;
      while (i < most && octal(i)) {
        i++;
      }
      return i;
    } else if (c == 'u' && hex(i + 1, 4)) {
      return i + 5;
    }
    int end = i + Character.charCount(text.codePointAt(i));
    faults.add(new Fault.Escape(backslash, end, string.quote()));
    return end;
  }

  private boolean octal(int i) {
    return i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '7';
  }

  private boolean hex(int from, int count) {
    for (int i = from; i < from + count; i++) {
      if (i >= text.length() || Character.digit(text.charAt(i), 16) < 0 || text.charAt(i) > 'f') {
        return false;
      }
    }
    return true;
  }
}
