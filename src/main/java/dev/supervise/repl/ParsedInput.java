package dev.supervise.repl;

import java.util.List;
import org.jline.reader.EOFError;
import org.jline.reader.ParsedLine;
import org.jline.reader.Parser;

/// A line as the line editor needs to know it: which part a completion replaces, and whether it
/// goes on in the next line.
record ParsedInput(String line, int cursor) implements ParsedLine {
  static Parser parser(Grammar grammar) {
    return new Parser() {
      @Override
      public ParsedLine parse(String line, int cursor, ParseContext context) {
        if (context == ParseContext.ACCEPT_LINE && grammar.open(line)) {
          throw new EOFError(-1, -1, "something is open");
        }
        return new ParsedInput(line, Math.min(cursor, line.length()));
      }

      @Override
      public boolean isEscapeChar(char c) {
        return false;
      }
    };
  }

  @Override
  public String word() {
    return Completions.last(line.substring(0, cursor));
  }

  @Override
  public int wordCursor() {
    return word().length();
  }

  @Override
  public int wordIndex() {
    return 0;
  }

  @Override
  public List<String> words() {
    return List.of(word());
  }
}
