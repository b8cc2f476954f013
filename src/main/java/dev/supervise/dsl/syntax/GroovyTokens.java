package dev.supervise.dsl.syntax;

import groovyjarjarantlr4.v4.runtime.CharStreams;
import groovyjarjarantlr4.v4.runtime.CommonTokenStream;
import groovyjarjarantlr4.v4.runtime.RecognitionException;
import groovyjarjarantlr4.v4.runtime.Token;
import groovyjarjarantlr4.v4.runtime.misc.ParseCancellationException;
import java.util.List;
import org.apache.groovy.parser.antlr4.GroovyLangLexer;
import org.apache.groovy.parser.antlr4.GroovySyntaxError;

/// A script's text in the hands of Groovy's own lexer, which alone decides whether it can be read.
/// It is asked before the parser is: that one, given a text that its lexer fails at, prints to
/// standard error and says which rule of its own did not match.
public sealed interface GroovyTokens {
  /// It can be read.
  record Read(List<Token> tokens) implements GroovyTokens {}

  /// It cannot.
  ///
  /// @param line where the lexer gave up, from 1
  /// @param column from 1
  /// @param why in its words; empty where those are about the lexer
  record Unreadable(int line, int column, String why) implements GroovyTokens {}

  static GroovyTokens of(String text) {
    GroovyLangLexer lexer = new GroovyLangLexer(CharStreams.fromString(text));
    lexer.removeErrorListeners();
    CommonTokenStream tokens = new CommonTokenStream(lexer);
    try {
      tokens.fill();
      return new Read(tokens.getTokens());
    } catch (GroovySyntaxError refused) {
      return new Unreadable(
          refused.getLine(), refused.getColumn(), String.valueOf(refused.getMessage()));
    } catch (RecognitionException | ParseCancellationException failed) {
      return new Unreadable(lexer.getLine(), lexer.getCharPositionInLine() + 1, "");
    }
  }
}
