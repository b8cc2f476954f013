package dev.supervise.repl;

import dev.supervise.dsl.syntax.Lexer;
import dev.supervise.text.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Tells verbs from Groovy. A line is a verb when its first token is one and is followed by the end
/// or a blank and not by an operator or bracket; `:verb` forces the verb, `= expr` forces Groovy.
/// Pure.
public final class Grammar {
  private static final String OPERATORS = "=+*/%<>&|^?:.,;([{)]}!~";

  /// Words that Groovy lines begin with, which are close to verbs.
  private static final Set<String> KEYWORDS = Set.of("assert", "static");

  private final Set<String> verbs;

  public Grammar(Collection<String> verbs) {
    this.verbs = Set.copyOf(verbs);
  }

  /// @param text one line, or several that belong together
  public Line read(String text) {
    String line = text.strip();
    if (line.isEmpty() || line.startsWith("#") || line.startsWith("//")) {
      return new Line.Nothing();
    }
    if (line.startsWith(":")) {
      String rest = line.substring(1).stripLeading();
      String verb = head(rest);
      if (!verbs.contains(verb)) {
        return new Line.Wrong(
            near(verb)
                .map(near -> unknown(verb, near))
                .orElse(unknown(verb) + "; help lists them"));
      }
      return command(verb, rest.substring(verb.length()));
    }
    if (line.startsWith("=")) {
      return new Line.Groovy(line.substring(1).strip());
    }
    String verb = head(line);
    return verbs.contains(verb) && isVerb(line.substring(verb.length()))
        ? command(verb, line.substring(verb.length()))
        : new Line.Groovy(line);
  }

  /// The first word of a line that is Groovy and looks like a verb that was misspelt; empty where
  /// it does not. Whether it is a name of Groovy's, only the instance knows.
  Optional<Misspelt> misspelt(String groovy) {
    String verb = head(groovy);
    return !verb.isEmpty() && !KEYWORDS.contains(verb) && isVerb(groovy.substring(verb.length()))
        ? near(verb).map(near -> new Misspelt(verb, near))
        : Optional.empty();
  }

  /// @param near the verb that was probably meant
  record Misspelt(String verb, String near) {
    String sentence() {
      return unknown(verb, near);
    }
  }

  private Optional<String> near(String verb) {
    return Optional.of(Nearest.to(verb, verbs)).filter(near -> !near.isEmpty());
  }

  private static String unknown(String verb, String near) {
    return unknown(verb) + " (did you mean '" + near + "'?)";
  }

  private static String unknown(String verb) {
    return "no verb '" + verb + "'";
  }

  private static String head(String line) {
    int end = 0;
    while (end < line.length()
        && (Character.isJavaIdentifierPart(line.charAt(end))
            || line.charAt(end) == '?' && end == 0)) {
      end++;
    }
    return line.substring(0, end);
  }

  /// @param after what follows the first token
  private static boolean isVerb(String after) {
    if (after.isEmpty()) {
      return true;
    }
    if (!Character.isWhitespace(after.charAt(0))) {
      return false;
    }
    String rest = after.strip();
    if (rest.isEmpty()) {
      return true;
    }
    char first = rest.charAt(0);
    if (first == '-') {
      // An option, not a subtraction: `logs -f`, `logs --grep x`; a verb has no value to subtract
      // from anyway, but `top - 1` must reach a variable of that name.
      return rest.length() > 1
          && (Character.isLetterOrDigit(rest.charAt(1))
              || rest.startsWith("--") && rest.length() > 2 && rest.charAt(2) != ' ');
    }
    return OPERATORS.indexOf(first) < 0;
  }

  private static Line command(String verb, String rest) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (quote != 0) {
        if (c == quote) {
          quote = 0;
        } else {
          word.append(c);
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
        inWord = true;
      } else if (c == '\\' && i + 1 < rest.length()) {
        word.append(rest.charAt(++i));
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      return new Line.Wrong("the quote " + quote + " is not closed");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return new Line.Command(verb, words);
  }

  /// A part of a text that is carried out by itself.
  ///
  /// @param line where it begins, from 1
  public record Piece(int line, String text) {}

  /// A text of several lines, pasted or from a file, cut into what is carried out one after the
  /// other: a verb ends with its line, Groovy where nothing is open and the next line does not go
  /// on with it. Blank lines and comments between them are left out.
  public List<Piece> cut(String text) {
    List<Piece> pieces = new ArrayList<>();
    List<String> lines = text.lines().toList();
    int next = 0;
    while (next < lines.size()) {
      int first = next++;
      StringBuilder piece = new StringBuilder(lines.get(first));
      if (read(piece.toString()) instanceof Line.Nothing) {
        continue;
      }
      while (next < lines.size()
          && read(piece.toString()) instanceof Line.Groovy(String groovy)
          && (Lexer.unfinished(groovy) || wants(groovy) || continues(lines.get(next)))) {
        piece.append('\n').append(lines.get(next++));
      }
      pieces.add(new Piece(first + 1, piece.toString()));
    }
    return pieces;
  }

  /// An annotation, or an operator that waits for its second value.
  private static boolean wants(String groovy) {
    String last = groovy.substring(groovy.lastIndexOf('\n') + 1).strip();
    return last.matches("@\\w+(\\(.*\\))?")
        || !last.isEmpty()
            && "+-*%=<>&|^,".indexOf(last.charAt(last.length() - 1)) >= 0
            && !last.endsWith("++")
            && !last.endsWith("--");
  }

  /// `.findAll { … }`, `else { … }`.
  private boolean continues(String next) {
    String line = next.strip();
    return line.matches(
            "(?s)(\\.|\\?\\.|\\*\\.|\\?\\?\\.|&&|\\|\\||\\?:).*|(?:else|catch|finally)\\b.*")
        && read(line) instanceof Line.Groovy;
  }

  /// Whether a text ends with Groovy that goes on in the next line: a bracket, a text or a comment
  /// is open, or the line ends with a backslash.
  public boolean open(String text) {
    List<Piece> pieces = cut(text);
    return !pieces.isEmpty()
        && read(pieces.getLast().text()) instanceof Line.Groovy(String groovy)
        && Lexer.unfinished(groovy);
  }
}
