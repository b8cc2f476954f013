package dev.supervise.repl;

import dev.supervise.spec.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Tells verbs from Groovy. A line is a verb when its first token is one and is followed by the end
/// or a blank and not by an operator or bracket; `:verb` forces the verb, `= expr` forces Groovy.
/// Pure.
public final class Grammar {
  private static final String OPERATORS = "=+*/%<>&|^?:.,;([{)]}!~";

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
        String near = Nearest.to(verb, verbs);
        return new Line.Wrong(
            "no verb '"
                + verb
                + "'"
                + (near.isEmpty() ? "; help lists them" : " (did you mean '" + near + "'?)"));
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

  /// Whether a text is Groovy that goes on in the next line: a bracket, a text or a comment is
  /// open, or the line ends with a backslash.
  public boolean open(String text) {
    return read(text) instanceof Line.Groovy(String groovy) && unfinished(groovy);
  }

  private static boolean unfinished(String text) {
    int depth = 0;
    String until = "";
    for (int i = 0; i < text.length(); ) {
      char c = text.charAt(i);
      if (!until.isEmpty()) {
        if (c == '\\' && !until.equals("*/")) {
          i += 2;
        } else if (text.startsWith(until, i)) {
          i += until.length();
          until = "";
        } else if (c == '\n' && until.length() == 1) {
          // A text in single quotes ends with its line; the compiler says what is wrong with it.
          until = "";
        } else {
          i++;
        }
        continue;
      }
      if (text.startsWith("//", i)) {
        int end = text.indexOf('\n', i);
        i = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", i)) {
        until = "*/";
        i += 2;
      } else if (text.startsWith("\"\"\"", i) || text.startsWith("'''", i)) {
        until = text.substring(i, i + 3);
        i += 3;
      } else if (c == '"' || c == '\'') {
        until = String.valueOf(c);
        i++;
      } else {
        depth += "([{".indexOf(c) >= 0 ? 1 : ")]}".indexOf(c) >= 0 ? -1 : 0;
        i++;
      }
    }
    return depth > 0 || until.length() > 1 || text.endsWith("\\");
  }
}
