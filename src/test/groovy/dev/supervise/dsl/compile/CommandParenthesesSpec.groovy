package dev.supervise.dsl.compile

import dev.supervise.dsl.syntax.GroovyTokens
import spock.lang.Specification

/// Commands with named arguments get brackets before the parser sees them.
class CommandParenthesesSpec extends Specification {

  /** What Groovy's lexer cannot read never comes as far. */
  static String bracketed(String text) {
    def tokens = GroovyTokens.of(text)
    tokens instanceof GroovyTokens.Read ? CommandParentheses.in(text, tokens) : text
  }

  def 'a plain statement with named arguments gets brackets, and every place stays'() {
    expect:
    bracketed(text) == written

    where:
    text                                               || written
    'env A: 1'                                         || 'env(A: 1)'
    "x {\n  env A: 'b', C: 2\n}"                       || "x {\n  env(A: 'b', C: 2)\n}"
    'x { env A: 1; stop INT, within: 5.seconds }'      || 'x { env(A: 1);stop(INT, within: 5.seconds)}'
    'x {env A: 1}'                                     || 'x {env(A: 1)}'
    "env 'a b': 1,\n    C: [\n  1]\n"                  || "env('a b': 1,\n    C: [\n  1])\n"
    'env A: { 1 }, B: "x${y}z"'                        || 'env(A: { 1 }, B: "x${y}z")'
    'p { -> env A: f(b: 1) }'                          || 'p { -> env(A: f(b: 1))}'
    'a x: { b y: 1 }, z: { c w: 2 }'                   || 'a(x: { b(y: 1)}, z: { c(w: 2)})'
  }

  def 'everything else is left alone'() {
    expect:
    bracketed(text) == text

    where:
    text << ['env(A: 1)', 'nice 3', 'nice a ? b : c', 'restart: always', 'env PORT=8080', 'x = [a: 1]', 'return [a: 1]',
             "dir 'x' env A: 1", 'env A: 1\n  .foo', 'env A: b ? c\n : d', 'env A: 1 +\n 2', 'a.env B: 1', 'env  A', "env \"a: 1",
             '// env A: 1', '"env A: 1"', 'switch (x) { case y: 1 }', 'alive every: 3, { x', "env A: 'x", 'for (x : y) { }',
             'x ? a : b', 'env\nA: 1', 'label: foo 3', 'env A: x\n || y', 'env A: x\n as String',
             'env PORT=8080, B: 1']
  }
}
