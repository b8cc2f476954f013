package dev.supervise.dsl.compile;

import dev.supervise.dsl.syntax.GroovyTokens;
import groovyjarjarantlr4.v4.runtime.Token;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.apache.groovy.parser.antlr4.GroovyLangLexer;

/// Writes `env A: 1` as `env(A: 1)` before a script is parsed. Groovy's parser reads a text in its
/// fast mode first and starts again in the slow one when that fails, and one command with named
/// arguments inside a block is enough for that (tried: 5,000 units 15 s instead of 3.5 s). Places
/// stay: the blank before the arguments becomes the bracket.
///
/// Only what is plainly a statement of that form is touched; whoever parses the result falls back
/// to the text as it was written when it does not parse.
final class CommandParentheses {
  /// After these a line goes on in the next one, or a statement is none of the plain ones.
  private static final Set<Integer> PLAIN_ENDS =
      Set.of(
          GroovyLangLexer.Identifier,
          GroovyLangLexer.CapitalizedIdentifier,
          GroovyLangLexer.StringLiteral,
          GroovyLangLexer.GStringEnd,
          GroovyLangLexer.IntegerLiteral,
          GroovyLangLexer.FloatingPointLiteral,
          GroovyLangLexer.BooleanLiteral,
          GroovyLangLexer.NullLiteral,
          GroovyLangLexer.RPAREN,
          GroovyLangLexer.RBRACK,
          GroovyLangLexer.RBRACE);

  /// What a line may begin with that does not continue the one before; many operators do.
  private static final Set<Integer> BEGINNINGS =
      Set.of(
          Token.EOF,
          GroovyLangLexer.Identifier,
          GroovyLangLexer.CapitalizedIdentifier,
          GroovyLangLexer.StringLiteral,
          GroovyLangLexer.RBRACE,
          GroovyLangLexer.DEF,
          GroovyLangLexer.VAR,
          GroovyLangLexer.IF,
          GroovyLangLexer.FOR,
          GroovyLangLexer.WHILE,
          GroovyLangLexer.TRY,
          GroovyLangLexer.RETURN);

  private final String text;
  private final List<Token> tokens;

  /// Where a statement's name ends, by where the statement ends.
  private final NavigableMap<Integer, Integer> statements = new TreeMap<>();

  private CommandParentheses(String text, List<Token> tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /// The text with brackets, or the text itself.
  static String in(String text, GroovyTokens.Read tokens) {
    // Tokens count characters beyond the basic plane as one, indexes into the text as two.
    boolean plain = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
    return plain && text.indexOf(':') >= 0
        ? new CommandParentheses(text, tokens.tokens()).write()
        : text;
  }

  private String write() {
    for (int i = 0; i < tokens.size(); i++) {
      int last = isWord(i) ? end(i) : 0;
      if (last > 0) {
        statements.put(tokens.get(last).getStopIndex() + 1, tokens.get(i).getStopIndex() + 1);
      }
    }
    if (statements.isEmpty()) {
      return text;
    }
    StringBuilder written = new StringBuilder(text);
    statements
        .descendingMap()
        .forEach((close, open) -> {
          written.setCharAt(open, '(');
          close(written, close);
        });
    return written.toString();
  }

  /// A name at the beginning of a statement, with a blank and an argument behind it.
  private boolean isWord(int i) {
    Token token = tokens.get(i);
    if (token.getType() != GroovyLangLexer.Identifier || i + 2 >= tokens.size()) {
      return false;
    }
    Token next = tokens.get(i + 1);
    boolean blank =
        next.getStartIndex() > token.getStopIndex() + 1
            && text.charAt(token.getStopIndex() + 1) == ' ';
    return blank
        && switch (i == 0 ? GroovyLangLexer.NL : tokens.get(i - 1).getType()) {
          case GroovyLangLexer.NL,
              GroovyLangLexer.SEMI,
              GroovyLangLexer.LBRACE,
              GroovyLangLexer.ARROW ->
              true;
          default -> false;
        }
        && switch (next.getType()) {
          case GroovyLangLexer.Identifier,
              GroovyLangLexer.CapitalizedIdentifier,
              GroovyLangLexer.StringLiteral,
              GroovyLangLexer.GStringBegin,
              GroovyLangLexer.IntegerLiteral,
              GroovyLangLexer.FloatingPointLiteral ->
              true;
          default -> false;
        };
  }

  /// The last token of a plain statement with named arguments; 0 for every other.
  private int end(int word) {
    int depth = 0;
    boolean named = false;
    for (int i = word + 1; i < tokens.size(); i++) {
      int type = tokens.get(i).getType();
      switch (type) {
        case GroovyLangLexer.LPAREN,
            GroovyLangLexer.LBRACK,
            GroovyLangLexer.LBRACE,
            GroovyLangLexer.GStringBegin ->
            depth++;
        case GroovyLangLexer.RPAREN, GroovyLangLexer.RBRACK, GroovyLangLexer.GStringEnd -> depth--;
        case GroovyLangLexer.RBRACE -> {
          if (depth == 0) {
            return named && plain(i - 1) ? i - 1 : 0;
          }
          depth--;
        }
        case GroovyLangLexer.ASSIGN -> {
          if (depth == 0) {
            return 0;
          }
        }
        case GroovyLangLexer.COLON -> named |= depth == 0 && isKey(word, i - 1);
        case GroovyLangLexer.NL, GroovyLangLexer.SEMI, Token.EOF -> {
          boolean goesOn = tokens.get(i - 1).getType() == GroovyLangLexer.COMMA;
          if (depth == 0 && !(type == GroovyLangLexer.NL && goesOn)) {
            return named && plain(i - 1) && !continued(i) ? i - 1 : 0;
          }
        }
        default -> {
          // A part of the arguments.
        }
      }
      if (depth < 0) {
        return 0;
      }
    }
    return 0;
  }

  /// `NAME` in `word NAME:` and in `…, NAME:`.
  private boolean isKey(int word, int i) {
    int type = tokens.get(i).getType();
    boolean name =
        type == GroovyLangLexer.Identifier
            || type == GroovyLangLexer.CapitalizedIdentifier
            || type == GroovyLangLexer.StringLiteral;
    int before = i - 1;
    while (before > word && tokens.get(before).getType() == GroovyLangLexer.NL) {
      before--;
    }
    return name && (before == word || tokens.get(before).getType() == GroovyLangLexer.COMMA);
  }

  private boolean plain(int i) {
    return PLAIN_ENDS.contains(tokens.get(i).getType());
  }

  private boolean continued(int end) {
    int next = end;
    while (next < tokens.size() - 1 && tokens.get(next).getType() == GroovyLangLexer.NL) {
      next++;
    }
    return next > end && !BEGINNINGS.contains(tokens.get(next).getType());
  }

  /// A blank behind the statement makes room, so that what follows keeps its column.
  private static void close(StringBuilder written, int at) {
    if (at < written.length() && written.charAt(at) == ' ') {
      written.setCharAt(at, ')');
    } else if (at + 1 < written.length()
        && written.charAt(at) == ';'
        && written.charAt(at + 1) == ' ') {
      written.replace(at, at + 2, ");");
    } else {
      written.insert(at, ')');
    }
  }
}
