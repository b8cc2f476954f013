package dev.supervise.dsl

import dev.supervise.dsl.compile.Scripts


/**
 * Scripts with what is expected of them, in one text file a reader can go through:
 * `### name`, the script, and after a line `---` what loading it says.
 */
class ScriptTable {
  final String name
  final String script
  final String expected

  private ScriptTable(String name, String script, String expected) {
    this.name = name
    this.script = script
    this.expected = expected
  }

  static List<ScriptTable> read(String file) {
    ScriptTable.getResource(file).text.split(/(?m)^(?=### )/).findAll { it }.collect {
      def (head, expected) = [*it.split(/(?m)^---\n/), '']
      int end = head.indexOf('\n')
      new ScriptTable(head.substring(4, end), head.substring(end + 1), expected.stripTrailing())
    }
  }

  @Override
  String toString() { name }
}
