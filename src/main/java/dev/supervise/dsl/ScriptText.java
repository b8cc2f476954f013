package dev.supervise.dsl;

import java.util.List;
import org.codehaus.groovy.ast.ASTNode;

/// A script's text by line and column, both counted from 1.
///
/// @param path the file as the user gave it
record ScriptText(String path, List<String> lines) {
  static ScriptText of(String path, String text) {
    return new ScriptText(path, text.lines().toList());
  }

  /// A line without its end; empty beyond the text.
  String line(int number) {
    return number >= 1 && number <= lines.size() ? lines.get(number - 1) : "";
  }

  /// What was written for a node, on one line; only its first line where it spans several.
  String of(ASTNode node) {
    String line = line(node.getLineNumber());
    int from = Math.min(Math.max(node.getColumnNumber() - 1, 0), line.length());
    int to =
        node.getLastLineNumber() == node.getLineNumber()
            ? Math.min(Math.max(node.getLastColumnNumber() - 1, from), line.length())
            : line.length();
    return line.substring(from, to).strip();
  }
}
