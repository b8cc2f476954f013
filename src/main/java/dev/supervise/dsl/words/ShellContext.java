package dev.supervise.dsl.words;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads shell text up to where a value stands in it, and says what the shell makes of that place:
/// its quotes, substitutions, arithmetic, here-documents and comments, as POSIX has them. Text that
/// no shell would take is read as well as it can be; the shell will say what is wrong with it.
final class ShellContext {
  /// What stands where the text ends.
  enum Place {
    /// A word: what is not quoted is split there.
    WORD,
    /// Inside `'…'`.
    SINGLE_QUOTES,
    /// Inside `"…"`, or a here-document: parameters are expanded and not split.
    EXPANDED,
    /// Inside `$(( … ))`.
    ARITHMETIC,
    /// Inside a here-document whose delimiter is quoted: nothing is expanded.
    VERBATIM,
    COMMENT,
    /// Behind a `\`, which takes the next character for itself.
    ESCAPED,
    /// Behind a `$` or `${`: a name would be expected.
    NAME,
    /// Behind `<<`.
    DELIMITER
  }

  /// What is open, innermost last.
  private enum Open {
    TEXT,
    SINGLE,
    DOUBLE,
    SUBSTITUTION,
    BACKQUOTES,
    /// `(` … `)` among words.
    GROUP,
    /// `case` … `esac`, whose patterns end with a `)` that closes nothing.
    CASE,
    /// `${` … `}` among words.
    PARAMETER,
    /// `${` … `}` where nothing is split.
    PARAMETER_QUOTED,
    ARITHMETIC,
    /// `(` … `)` in arithmetic.
    TERM,
    HERE_DOCUMENT,
    VERBATIM,
    COMMENT
  }

  /// A here-document that begins with the next line.
  private record Document(String delimiter, boolean tabs, boolean verbatim) {}

  /// After these a command begins.
  private static final Set<String> BEFORE_COMMANDS =
      Set.of("if", "then", "elif", "else", "while", "until", "do", "{", "!");

  private static final Pattern DELIMITER =
      Pattern.compile("<<(-?)[ \\t]*((?:'[^']*'|\"[^\"]*\"|\\\\.|[^\\s;&|<>()'\"\\\\])+)");

  private final Deque<Open> open = new ArrayDeque<>(List.of(Open.TEXT));
  private final List<Document> announced = new ArrayList<>();
  private final Deque<Document> documents = new ArrayDeque<>();

  /// The present line of a here-document, and the present word of a command.
  private final StringBuilder line = new StringBuilder();

  private final StringBuilder word = new StringBuilder();
  private boolean commandNext = true;
  private Place behind = Place.WORD;

  /// The place that the text which was read ends in.
  Place place() {
    return behind != Place.WORD
        ? behind
        : switch (open.element()) {
          case TEXT, SUBSTITUTION, BACKQUOTES, GROUP, CASE, PARAMETER -> Place.WORD;
          case SINGLE -> Place.SINGLE_QUOTES;
          case DOUBLE, PARAMETER_QUOTED, HERE_DOCUMENT -> Place.EXPANDED;
          case ARITHMETIC, TERM -> Place.ARITHMETIC;
          case VERBATIM -> Place.VERBATIM;
          case COMMENT -> Place.COMMENT;
        };
  }

  /// A value stands here.
  void value() {
    behind = Place.WORD;
    word.append('v');
    line.append('v');
  }

  /// Literal text follows.
  void read(String text) {
    behind = Place.WORD;
    int i = 0;
    while (i < text.length()) {
      Open in = open.element();
      i =
          switch (in) {
            case TEXT, SUBSTITUTION, BACKQUOTES, GROUP, CASE, PARAMETER -> words(in, text, i);
            case SINGLE -> single(text, i);
            case DOUBLE, PARAMETER_QUOTED, ARITHMETIC, TERM -> expanded(in, text, i);
            case HERE_DOCUMENT, VERBATIM -> document(in, text, i);
            case COMMENT -> comment(text, i);
          };
    }
  }

  private int single(String text, int at) {
    if (text.charAt(at) == '\'') {
      open.pop();
    }
    return at + 1;
  }

  private int comment(String text, int at) {
    if (text.charAt(at) != '\n') {
      return at + 1;
    }
    open.pop();
    // The line's end is the command's, too.
    return at;
  }

  // ---- words

  private int words(Open in, String text, int at) {
    char c = text.charAt(at);
    if (c == '#' && word.isEmpty() && in != Open.PARAMETER) {
      open.push(Open.COMMENT);
      return at + 1;
    }
    if (text.startsWith("<<", at) && !text.startsWith("<<<", at)) {
      return announce(text, at);
    }
    if (text.startsWith("<<<", at)) {
      endWord();
      return at + 3;
    }
    return switch (c) {
      case '\\' -> escape(text, at);
      case '\'' -> quote(Open.SINGLE, at);
      case '"' -> quote(Open.DOUBLE, at);
      case '`' -> backquote(in, at);
      case '$' -> dollar(false, text, at);
      case '}' -> closeParameter(in, at);
      case '(' -> {
        endCommand();
        open.push(Open.GROUP);
        yield at + 1;
      }
      case ')' -> closeGroup(at);
      case ';', '&', '|' -> {
        endCommand();
        yield at + 1;
      }
      case '\n' -> newline(at);
      case ' ', '\t', '<', '>' -> {
        endWord();
        yield at + 1;
      }
      default -> {
        word.append(c);
        yield at + 1;
      }
    };
  }

  private int escape(String text, int at) {
    word.append('\\');
    line.append('\\');
    if (at + 1 == text.length()) {
      behind = Place.ESCAPED;
    }
    return at + 2;
  }

  private int quote(Open kind, int at) {
    word.append('"');
    open.push(kind);
    return at + 1;
  }

  private int backquote(Open in, int at) {
    if (in == Open.BACKQUOTES) {
      open.pop();
      word.append('`');
      commandNext = false;
    } else {
      begin(Open.BACKQUOTES);
    }
    return at + 1;
  }

  /// A command inside: its words are its own.
  private void begin(Open kind) {
    word.setLength(0);
    commandNext = true;
    open.push(kind);
  }

  private int closeParameter(Open in, int at) {
    if (in == Open.PARAMETER) {
      open.pop();
    }
    word.append('}');
    return at + 1;
  }

  private int closeGroup(int at) {
    endCommand();
    Open in = open.element();
    if (in == Open.SUBSTITUTION) {
      open.pop();
      word.append(')');
      commandNext = false;
    } else if (in == Open.GROUP) {
      open.pop();
    }
    return at + 1;
  }

  private int newline(int at) {
    endCommand();
    if (!announced.isEmpty()) {
      documents.addAll(announced);
      announced.clear();
      nextDocument();
    }
    return at + 1;
  }

  private void endCommand() {
    endWord();
    commandNext = true;
  }

  private void endWord() {
    if (word.isEmpty()) {
      return;
    }
    String said = word.toString();
    word.setLength(0);
    if (commandNext && said.equals("case")) {
      open.push(Open.CASE);
    } else if (commandNext && said.equals("esac") && open.element() == Open.CASE) {
      open.pop();
    }
    commandNext &= BEFORE_COMMANDS.contains(said);
    // The patterns of a case are followed by commands, and its words by patterns.
    commandNext |= said.equals("in") && open.element() == Open.CASE;
  }

  // ---- text in which parameters are expanded and nothing is split

  private int expanded(Open in, String text, int at) {
    char c = text.charAt(at);
    return switch (c) {
      case '\\' -> escape(text, at);
      case '`' -> {
        begin(Open.BACKQUOTES);
        yield at + 1;
      }
      case '$' -> dollar(true, text, at);
      case '"' -> {
        if (in == Open.DOUBLE) {
          open.pop();
        } else if (in == Open.PARAMETER_QUOTED) {
          open.push(Open.DOUBLE);
        }
        yield at + 1;
      }
      case '}' -> {
        if (in == Open.PARAMETER_QUOTED) {
          open.pop();
        }
        yield at + 1;
      }
      case '(' -> {
        if (in == Open.ARITHMETIC || in == Open.TERM) {
          open.push(Open.TERM);
        }
        yield at + 1;
      }
      case ')' -> closeTerm(in, text, at);
      default -> at + 1;
    };
  }

  private int closeTerm(Open in, String text, int at) {
    if (in == Open.TERM) {
      open.pop();
    } else if (in == Open.ARITHMETIC) {
      open.pop();
      return text.startsWith("))", at) ? at + 2 : at + 1;
    }
    return at + 1;
  }

  /// @param quoted whether nothing is split where it stands
  private int dollar(boolean quoted, String text, int at) {
    word.append('$');
    line.append('$');
    int next = at + 1;
    if (next == text.length()) {
      behind = Place.NAME;
      return next;
    }
    if (text.startsWith("((", next)) {
      open.push(Open.ARITHMETIC);
      return next + 2;
    }
    if (text.charAt(next) == '(') {
      begin(Open.SUBSTITUTION);
      return next + 1;
    }
    if (text.charAt(next) != '{') {
      return next;
    }
    open.push(quoted ? Open.PARAMETER_QUOTED : Open.PARAMETER);
    int name = next + 1;
    // `${#x}` is a length and no comment.
    if (text.startsWith("#", name)) {
      name++;
    }
    if (name == text.length()) {
      behind = Place.NAME;
    }
    return name;
  }

  // ---- here-documents

  private int announce(String text, int at) {
    endWord();
    Matcher found = DELIMITER.matcher(text).region(at, text.length());
    if (!found.lookingAt()) {
      if (text.substring(at).matches("<<-?[ \\t]*")) {
        behind = Place.DELIMITER;
        return text.length();
      }
      return at + 2;
    }
    String delimiter = found.group(2);
    if (found.end() == text.length()) {
      // If a value comes next, it is a part of it.
      behind = Place.DELIMITER;
    }
    announced.add(
        new Document(
            delimiter.replaceAll("['\"\\\\]", ""),
            found.group(1).equals("-"),
            delimiter.matches(".*['\"\\\\].*")));
    return found.end();
  }

  private void nextDocument() {
    line.setLength(0);
    if (!documents.isEmpty()) {
      open.push(documents.element().verbatim() ? Open.VERBATIM : Open.HERE_DOCUMENT);
    }
  }

  private int document(Open in, String text, int at) {
    char c = text.charAt(at);
    if (c == '\n') {
      Document document = documents.element();
      String ended = document.tabs() ? line.toString().replaceFirst("^\t+", "") : line.toString();
      line.setLength(0);
      if (ended.equals(document.delimiter())) {
        documents.remove();
        open.pop();
        nextDocument();
      }
      return at + 1;
    }
    if (in == Open.HERE_DOCUMENT && c == '\\') {
      return escape(text, at);
    }
    if (in == Open.HERE_DOCUMENT && c == '$') {
      return dollar(true, text, at);
    }
    if (in == Open.HERE_DOCUMENT && c == '`') {
      begin(Open.BACKQUOTES);
      return at + 1;
    }
    line.append(c);
    return at + 1;
  }
}
