package dev.supervise.dsl.syntax

import dev.supervise.dsl.LoaderFuzz
import dev.supervise.dsl.Mutations
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification

/** Our reading of a text, beside that of Groovy's own lexer. */
class LexerSpec extends Specification {

  static List<String> faults(String text) {
    Lexer.read(text).faults().collect { "${it.class.simpleName} ${text.substring(it.start(), it.end())}".toString() }
  }

  def 'what cannot be read is found with its place and kind: #text'() {
    expect:
    faults(text) == found

    where:
    text                     || found
    /'a\d'/                  || [/Escape \d/]
    /"a\ b\.c"/              || [/Escape \ /, /Escape \./]
    /'''a\q'''/              || [/Escape \q/]
    /'\u12'/                 || [/Escape \u/]
    /'\\ \n \t \' \$ \7 \18 \u00e4'/ || []
    '"$ $1 $( $"'            || ['Dollar $', 'Dollar $', 'Dollar $', 'Dollar $']
    '"$a ${b} $_c"'          || []
    "'\$ \$1'"               || []
    '/a$/'                   || []
    '$/a$ $1/$'              || []
    '"${PORT:-80} ${#x} ${@}"' || ['ShellForm ${PORT:-80}', 'ShellForm ${#x}', 'ShellForm ${@}']
    '"${x - 80} ${a ? b : c} ${[a: 1]}"' || []
    "x 'a\ny"                || ["OpenText 'a"]
    'x """a\ny'              || ['OpenText """a\ny']
    '"a ${b" c\nd'           || ['OpenValue ${b" c']
    '/* a'                   || ['OpenComment /* a']
    'a # b\nc'               || ['Hash # b']
    '#!/bin/x\n#!y'          || ['Hash #!y']
    '“x” ‘y'                 || ['CurlyQuote “x”', 'CurlyQuote ‘']
    'a\u00a0b ` \u0000'      || ['Stray \u00a0', 'Stray `', 'Stray \u0000']
    'a \\\n b \\ c'          || ['Stray \\']
    'x = 4 / 2 / 1'          || []
    "x = /it's/; y = a /b"   || []
    "x = a // it's"          || []
  }

  def 'a text goes on while something is open: #text'() {
    expect:
    Lexer.unfinished(text) == open

    where:
    text                | open
    'a { b('            | true
    'a { b() }'         | false
    '"${a'              | true
    '"${a}"'            | false
    "'''a\n"            | true
    '/* a'              | true
    'a \\'              | true
    "x 'open"           | false
    'x // {'            | false
    'x = /{/'           | false
    'a # {'             | false
  }

  def 'depth counts brackets inside one another, in strings too'() {
    expect:
    Lexer.read('a(b[c{"${d(1)}"}])').depth() == 5
    Lexer.read('(' * 300).depth() == 300
  }

  def "what Groovy's lexer reads has no fault to us, in all that is written for it"() {
    given:
    def texts = LoaderFuzz.corpus(Path.of('.')).findAll { GroovyTokens.of(it) instanceof GroovyTokens.Read }

    expect: 'but for the traps that are about just that'
    texts.size() > 200
    texts.findAll { faults(it) && !it.contains('${') && !it.contains("'''web'") && !it.startsWith('/* what') } == []
  }

  def "what Groovy's lexer cannot read has one, however it came about"() {
    given:
    def mutations = new Mutations(LoaderFuzz.corpus(Path.of('.')), 3)
    def texts = (0..<3000).collect { new String(mutations.script(it), 'UTF-8') }
        .findAll { GroovyTokens.of(it) instanceof GroovyTokens.Unreadable }

    expect:
    texts.size() > 300

    and:
    // Numbers are the one thing that only Groovy looks at.
    texts.findAll { !faults(it) && !(it =~ /\b0\d|\d_\b/) }.take(1) == []
  }
}
