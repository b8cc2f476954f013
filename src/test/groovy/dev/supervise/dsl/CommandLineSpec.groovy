package dev.supervise.dsl

import dev.supervise.spec.Command

/// What `command` and `shell` execute.
class CommandLineSpec extends Scripted {

  Object shown(String words) {
    def command = process(words).command()
    command instanceof Command.Argv
        ? command.words().collect { text(it) }
        : [sh: text(command.text()), args: command.arguments().collect { text(it) }]
  }

  def 'several words are an argv as they stand'() {
    expect:
    shown("command './web', '--port', 8080, 'a b', '\$HOME', '*', ''") ==
        ['./web', '--port', '8080', 'a b', '$HOME', '*', '']
    shown("command(['./web', 'x y'])") == ['./web', 'x y']
    shown("def more = ['-a', 'b c']\ncommand './web', *more") == ['./web', '-a', 'b c']
    shown("command './web', ['-a', 'b']") == ['./web', '-a', 'b']
  }

  def 'one string is split as a shell splits it'() {
    expect:
    shown("command '''$line'''") == argv

    where:
    line                     || argv
    './web --port 8080'      || ['./web', '--port', '8080']
    '  ./web   -x  '         || ['./web', '-x']
    './web "a b" c\\\\ d'    || ['./web', 'a b', 'c d']
    './web --x="a b"'        || ['./web', '--x=a b']
    './web "" x'             || ['./web', '', 'x']
    './web a=b c#d e~f'      || ['./web', 'a=b', 'c#d', 'e~f']
    './web "a;b|c&d"'        || ['./web', 'a;b|c&d']
    './web \\\n  --more'.replace('\\', '\\\\') || ['./web', '--more']
    './web\n'                || ['./web']
    './web "\\\\\\"x\\\\n"'  || ['./web', '"x\\n']
  }

  def 'quotes of the other kind protect the first'() {
    expect:
    shown('command "./web \'a \\"b\\" $x\'".replace("x", "y")'.replace('$x', '')) == ['./web', 'a "b" ']
  }

  def 'literal text with shell syntax goes to sh'() {
    expect:
    shown("command '''$line'''") == [sh: line, args: []]

    where:
    line << ['./web | tee log', './web > log', 'a && b', 'a; b', 'echo $HOME', 'ls *.txt', 'ls a?c', 'ls [ab]',
             'echo `date`', '(a)', '~/bin/x', 'A=1 ./web', 'cd /tmp', 'exec ./web', 'if true', '! x', '# x',
             './web "$HOME"', './a\n./b', 'x &']
  }

  def 'a value stays one argument, whatever it contains, and takes no part in the decision'() {
    expect:
    shown('def v = "a b; rm -rf / | x"\ncommand "./web --x=${v} ${v}y"') ==
        ['./web', '--x=a b; rm -rf / | x', 'a b; rm -rf / | xy']
    shown('def v = ""\ncommand "./web ${v}"') == ['./web', '']
    shown('def v = "$HOME \'"\ncommand "./web \'${v}\'"'.replace('$HOME', '\\$HOME')) == ['./web', '$HOME \'']
    shown('def v = "./web x"\ncommand "${v}"') == ['./web x']
  }

  def 'a text without values is literal, wherever it was made'() {
    expect:
    shown("def v = './web a'\ncommand v") == ['./web', 'a']
  }

  def 'under sh a value travels as a parameter'() {
    expect:
    shown('def v = "a b"\ncommand "echo ${v} | cat"') == [sh: 'echo "${1}" | cat', args: ['sh', 'a b']]
    shown('def v = "x"\ncommand "echo \\"<${v}>\\" \'${v}\' > f"') ==
        [sh: 'echo "<${1}>" \'\'"${2}"\'\' > f', args: ['sh', 'x', 'x']]
    shown('def v = "x"\ncommand "echo \\"\\$(cat ${v})\\""') ==
        [sh: 'echo "$(cat "${1}")"', args: ['sh', 'x']]
    shown('def v = "x"\nshell "cat ${v} && true"') == [sh: 'cat "${1}" && true', args: ['sh', 'x']]
  }

  def 'sh gets the value exactly'() {
    given:
    def v = 'a  b\'"$HOME`x`\\ ;|\n*'
    def command = new Object[] {new Interpolated(['printf %s ', ' "', '" \'', '\' "$(printf %s ', ')" | cat'] as String[], [v] * 4 as Object[])}
    def shell = CommandLine.command(command)

    when:
    def argv = ['/bin/sh', '-c', text(shell.text())] + shell.arguments().collect { text(it) }

    then:
    new ProcessBuilder(argv).redirectErrorStream(true).start().inputStream.text == v * 4
  }

  def 'shell takes its text as it is'() {
    expect:
    shown("shell 'cd x && ./run \$A'") == [sh: 'cd x && ./run $A', args: []]
    shown("def t = 'a && b'\nshell \"\${t}\"") == [sh: 'a && b', args: []]
  }

  def 'what cannot be a command'() {
    expect:
    mistakes("process('web') {\n$words\n}")[0] - "app.groovy:2: process 'web': " == message

    where:
    words                   || message
    "command ''"            || 'command is empty; the first word must name a program'
    "command '  '"          || 'command is empty; the first word must name a program'
    "command '', 'x'"       || 'command is empty; the first word must name a program'
    "command './web \"x'"   || 'command has a quote " that is not closed'
    'command null'          || 'command takes texts; not null'
    "command './web', null" || "command takes texts; not './web' and null"
    "command './web', always" || "command takes texts; not './web' and the name always"
    "shell ''"              || 'shell text is empty'
    'command()'             || 'command takes texts; not nothing'
  }

  def 'a closure is a word that is made at each start'() {
    given:
    def command = process('def n = 0\ncommand "./web", { "--run=${++n}" }').command()

    expect:
    text(command.words()[1]) == '--run=1'
    text(command.words()[1]) == '--run=2'
  }
}
