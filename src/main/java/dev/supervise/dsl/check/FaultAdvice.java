package dev.supervise.dsl.check;

import dev.supervise.dsl.syntax.Fault;
import dev.supervise.dsl.syntax.Lexeme;
import dev.supervise.dsl.words.MistakeText;
import java.util.List;
import java.util.Locale;

/// What is wrong with a [Fault] and how it is written right. Pure.
final class FaultAdvice {
  private final String text;
  private final List<Lexeme> lexemes;

  FaultAdvice(String text, List<Lexeme> lexemes) {
    this.text = text;
    this.lexemes = lexemes;
  }

  MistakeText of(Fault fault) {
    return switch (fault) {
      case Fault.Escape escape -> escape(escape);
      case Fault.Dollar dollar -> dollar(dollar);
      case Fault.ShellForm(int start, int end) -> shell(text.substring(start, end));
      case Fault.OpenText open -> open(open);
      case Fault.OpenValue _ -> new MistakeText("this '${' is left open: '}' is missing", "");
      case Fault.OpenComment _ -> new MistakeText("this comment is left open: */ is missing", "");
      case Fault.Hash hash ->
          text.startsWith("#!", hash.start())
              ? new MistakeText("'#!' stands at the beginning of the first line only", "write // …")
              : new MistakeText("'#' begins no comment", "write // …");
      case Fault.CurlyQuote(int start, int _, boolean _) ->
          new MistakeText(
              "'" + text.charAt(start) + "' is a typesetter's quote and opens no text",
              "write ' or \"");
      case Fault.Stray stray -> stray(stray);
    };
  }

  /// `'\d'`.
  private MistakeText escape(Fault.Escape escape) {
    int next = text.codePointAt(escape.start() + 1);
    String written = "\\" + named(next);
    String message = "'" + written + "' is no escape in " + quotes(escape.quote());
    return switch (next) {
      case 'u' -> new MistakeText(message, "\\u takes four hexadecimal digits, as in \\u00e4");
      case 'x' -> new MistakeText(message, "a character by its number is written \\u0041");
      case 'e', 'a', 'v' -> new MistakeText(message, "a control character is written \\u001b");
      case ' ', '\t' ->
          blankToLineEnd(escape.start() + 1)
              ? new MistakeText(
                  "a blank stands between the \\ and the end of its line", "take it away")
              : new MistakeText(message, "write \\\\ for a backslash" + itself(escape));
      default -> regular(escape, written, message);
    };
  }

  private MistakeText regular(Fault.Escape escape, String written, String message) {
    if (!word(escape.start()).equals("logLine")) {
      return new MistakeText(message, "write \\" + written + itself(escape));
    }
    int from = start(escape);
    int to = text.indexOf(escape.quote(), escape.end());
    String pattern = to < 0 ? "…" : text.substring(from, to);
    return new MistakeText(
        message,
        "write a pattern, ~/"
            + (pattern.length() > 60 || pattern.contains("\n") ? "…" : pattern.replace("/", "\\/"))
            + "/; in a text it is \\"
            + written);
  }

  /// A string without escapes, where there is one for the same contents.
  private static String itself(Fault.Escape escape) {
    return escape.quote().length() == 3 ? "" : ", or $/…/$, where a backslash is itself";
  }

  /// `"^root:.*$"`.
  private MistakeText dollar(Fault.Dollar dollar) {
    int at = dollar.start() + 1;
    boolean last =
        at >= text.length()
            || text.startsWith(dollar.quote(), at)
            || Character.isWhitespace(text.charAt(at));
    String written = last ? "$" : "$" + named(text.codePointAt(at));
    return new MistakeText(
        "'"
            + written
            + "' means nothing in "
            + quotes(dollar.quote())
            + ", where $ begins $name or ${…}",
        "write \\$ for a plain $, or the text in " + quotes("'".repeat(dollar.quote().length())));
  }

  /// `"${PORT:-80}"`.
  private static MistakeText shell(String form) {
    int colon = form.indexOf(':');
    boolean value = colon > 0 && "-+0123456789".indexOf(form.charAt(colon + 1)) >= 0;
    return NewcomerForms.shellForm(
        form,
        value
            ? "is a label and " + form.substring(colon + 1, form.length() - 1)
            : "is a shell's and means nothing");
  }

  private MistakeText open(Fault.OpenText open) {
    if (open.quote().length() > 1 || open.quote().equals("/")) {
      String closing = open.quote().equals("$/") ? "/$" : open.quote();
      return new MistakeText("this string is left open: " + closing + " is missing", "");
    }
    String message = "this string is not closed on its line";
    return open.quote().equals("'") && apostrophe(open.start())
        ? new MistakeText(message, "an apostrophe in '…' is written \\'")
        : open.escaped()
            ? new MistakeText(
                message,
                "\\" + open.quote() + " is a quote in it and does not end it; a backslash is \\\\")
            : new MistakeText(message, "");
  }

  /// `'it's'`: a string, a word and a quote without a blank between them.
  private boolean apostrophe(int quote) {
    int word = quote;
    for (Lexeme lexeme : lexemes.reversed()) {
      if (lexeme.end() == word && lexeme.kind() == Lexeme.Kind.WORD && word == quote) {
        word = lexeme.start();
      } else if (lexeme.end() == word && lexeme.kind() == Lexeme.Kind.TEXT && word < quote) {
        return true;
      }
    }
    return false;
  }

  private MistakeText stray(Fault.Stray stray) {
    int c = text.codePointAt(stray.start());
    return switch (c) {
      case '`' ->
          new MistakeText("'`' opens nothing", "write ' or \"; a command's output is not taken");
      case '\\' ->
          blankToLineEnd(stray.start() + 1)
              ? new MistakeText(
                  "a blank stands between the \\ and the end of its line", "take it away")
              : new MistakeText("'\\' means nothing outside a string", "");
      case 0 ->
          new MistakeText("this is a NUL byte, and no text", "save the script as plain UTF-8 text");
      default -> {
        String what = "this does not parse: unexpected '" + named(c) + "'";
        yield Character.isSpaceChar(c) || Character.getType(c) == Character.FORMAT
            ? new MistakeText(what, "it looks like a blank or like nothing, and is none; delete it")
            : new MistakeText(what, "");
      }
    };
  }

  /// The word that a statement begins with: the one nearest before that stands behind the end of
  /// another statement.
  private String word(int at) {
    String word = "";
    Lexeme before = null;
    for (Lexeme lexeme : lexemes) {
      if (lexeme.start() >= at) {
        break;
      }
      boolean first =
          before == null
              || switch (before.kind()) {
                case NEWLINE, SEMICOLON, OPEN -> true;
                case WORD, NUMBER, TEXT, SIGN, CLOSE -> false;
              };
      if (first && lexeme.kind() == Lexeme.Kind.WORD) {
        word = text.substring(lexeme.start(), lexeme.end());
      }
      before = lexeme;
    }
    return word;
  }

  /// Behind the quote that opened the string of an escape.
  private int start(Fault.Escape escape) {
    int start = escape.start();
    for (Lexeme lexeme : lexemes) {
      if (lexeme.kind() == Lexeme.Kind.TEXT && lexeme.start() <= escape.start()) {
        start = lexeme.start() + escape.quote().length();
      }
    }
    return Math.min(start, escape.start());
  }

  private boolean blankToLineEnd(int from) {
    int end = text.indexOf('\n', from);
    return text.substring(from, end < 0 ? text.length() : end).isBlank();
  }

  private static String quotes(String quote) {
    return quote + "…" + quote;
  }

  /// A character as a message can show it.
  static String named(int c) {
    boolean shown =
        c == ' '
            || !Character.isISOControl(c)
                && !Character.isSpaceChar(c)
                && Character.isDefined(c)
                && Character.getType(c) != Character.FORMAT
                && Character.getType(c) != Character.SURROGATE;
    return shown ? Character.toString(c) : String.format(Locale.ROOT, "U+%04X", c);
  }
}
