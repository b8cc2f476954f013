package dev.supervise.dsl.check;

import dev.supervise.dsl.words.Vocabulary.Block;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.codehaus.groovy.ast.ASTNode;

/// From which blocks a script's helpers, its methods and the closures in its variables, are called.
final class Callers {
  private final Map<ASTNode, Set<Block>> from = new IdentityHashMap<>();
  private boolean learned;

  void called(ASTNode helper, Collection<Block> blocks) {
    learned |= from.computeIfAbsent(helper, _ -> new LinkedHashSet<>()).addAll(blocks);
  }

  /// Whether anything new was heard since this was asked last.
  boolean learned() {
    boolean answer = learned;
    learned = false;
    return answer;
  }

  Set<Block> of(ASTNode helper) {
    return from.getOrDefault(helper, Set.of());
  }
}
