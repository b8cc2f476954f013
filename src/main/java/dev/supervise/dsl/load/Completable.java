package dev.supervise.dsl.load;

import dev.supervise.dsl.words.Language;
import dev.supervise.dsl.words.Vocabulary.Block;
import dev.supervise.dsl.words.Vocabulary.Entry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// Which block of words a half-written text stands in. Pure; knows texts and brackets only as far
/// as completion needs.
final class Completable {
  private Completable() {}

  /// Empty at the top level, and where something stands open that is no block of words.
  static Optional<Block> block(String before) {
    Deque<Optional<Block>> open = new ArrayDeque<>();
    int statement = 0;
    char quote = 0;
    for (int i = 0; i < before.length(); i++) {
      char c = before.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (c == '{') {
        Optional<Block> outer =
            open.isEmpty() ? Optional.of(Language.VOCABULARY.root()) : open.peek();
        String word = firstWord(before.substring(statement, i));
        open.push(outer.flatMap(block -> inner(block, word)));
        statement = i + 1;
      } else if (c == '}') {
        open.poll();
        statement = i + 1;
      } else if (c == ';' || c == '\n') {
        statement = i + 1;
      }
    }
    return open.isEmpty() ? Optional.empty() : open.peek();
  }

  private static String firstWord(String statement) {
    String text = statement.strip();
    int end = 0;
    while (end < text.length() && Character.isJavaIdentifierPart(text.charAt(end))) {
      end++;
    }
    return text.substring(0, end);
  }

  private static Optional<Block> inner(Block block, String word) {
    Entry entry = block.words().get(word);
    return entry == null
        ? Optional.empty()
        : entry.forms().stream()
            .flatMap(form -> form.takes().delegate().stream())
            .flatMap(type -> Language.VOCABULARY.block(type).stream())
            .findFirst();
  }
}
