package dev.supervise.dsl.words

import dev.supervise.dsl.Scripted
import dev.supervise.dsl.value.Interpolated
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

  /// What sh writes for a text in which a value stands at every @.
  static String written(String form, Object value, List<String> shell = ['/bin/sh']) {
    def strings = (form + ' ').split('@')
    strings[-1] = strings[-1][0..<-1]
    def command = CommandLine.shell(new Interpolated(strings as String[], [value] * (strings.size() - 1) as Object[]))
    def argv = shell + ['-c', textOf(command.text())] + command.arguments().collect { textOf(it) }
    new ProcessBuilder(argv).directory(File.createTempDir()).redirectErrorStream(true).start().inputStream.text
  }

  static String textOf(dev.supervise.spec.Value value) {
    value instanceof dev.supervise.spec.Value.Fixed ? value.text() : value.text().call()
  }

  def 'a value is what it is wherever it stands: #form'() {
    given:
    def nasty = 'a  b\'"$HOME`x`\\ ;|*)}#\n.'

    expect:
    written(form, nasty) == says.replace('@', nasty)
    written(form, 8080) == says.replace('@', '8080')
    written(form, 8080, ['/bin/bash']) == says.replace('@', '8080')
    written(form, nasty, ['/bin/bash']) == says.replace('@', nasty)

    where:
    form                                                          || says
    'printf %s @'                                                 || '@'
    'printf %s a@b@'                                              || 'a@b@'
    'printf %s "<@>"'                                             || '<@>'
    "printf %s '<@>'"                                             || '<@>'
    'printf %s "$(printf %s @)"'                                  || '@'
    'printf %s "$(printf %s "x@")"'                               || 'x@'
    'x=@; printf %s "$x"'                                         || '@'
    'printf %s "${NONE:-@}"'                                      || '@'
    'printf %s ${NONE:-@}'                                        || '@'
    'printf %s "${NONE:-"@"}"'                                    || '@'
    'case @ in @) printf yes;; *) printf no;; esac'               || 'yes'
    'printf %s "$(case a in a) printf %s @;; esac)"'              || '@'
    'printf %s "$(echo case) @"'                                  || 'case @'
    'for i in @ @; do printf "<%s>" "$i"; done'                   || '<@><@>'
    'printf %s @ > f; cat f'                                      || '@'
    'printf %s @>f; cat f'                                        || '@'
    '(printf %s @)'                                               || '@'
    '{ printf %s @; }'                                            || '@'
    '# don\'t (worry) @\nprintf %s @'                             || '@'
    'printf %s a#@'                                               || 'a#@'
    'printf %s ${#HOME}x > /dev/null; printf %s @'                || '@'
    'test $# -ge 0; printf %s @'                                  || '@'
    'cat <<E\nn is @\nE\n'                                        || 'n is @\n'
    'cat <<E | cat; printf %s @\n"@" \\$ \'@\'\nE\n'              || '"@" $ \'@\'\n@'
    'cat <<-E\n\tn is @\n\tE\nprintf %s @'                        || 'n is @\n@'
    'cat <<A; cat <<B\n@\nA\n@\nB\nprintf %s @'                   || '@\n@\n@'
    'cat <<E\n$(printf %s @) ${NONE:-@}\nE\nprintf %s "@"'        || '@ @\n@'
    'cat <<\'E\'\nit\'s\nE\nprintf %s @'                          || 'it\'s\n@'
    'A=x; printf %s "$A@"'                                        || 'x@'
    'A=x; printf %s $A@'                                          || 'x@'
    'printf %s "$((1 + 1)) @"'                                    || '2 @'
    'printf %s $((1 + (2 * 3))) @'                                || '7@'
  }

  def 'in arithmetic a number stands bare: #form'() {
    expect:
    written(form, value) == says
    written(form, value, ['/bin/bash']) == says

    where:
    form                                     | value     || says
    'printf %s $(( @ + 1 ))'                 | 18800     || '18801'
    'printf %s "$((@+1))"'                   | 18800     || '18801'
    'printf %s $((5-@))'                     | -3        || '8'
    'printf %s $((@))'                       | -3        || '-3'
    'printf %s $(( (@ + 1) * 2 ))'           | '7'       || '16'
    'x=3; printf %s $(( $x@ + 0 ))'          | 4         || '34'
    'printf %s $(( ${NONE:-@} + 1 ))'        | 4         || '5'
    'printf %s "a$(( $(printf %s @) + 1 ))"' | 4         || 'a5'
    'cat <<E\n$((@ + 1))\nE\n'               | 4         || '5\n'
    'printf %s "${NONE:-$((@ + 1))}"'        | 4         || '5'
  }

  def 'a number stands bare, and check shows it so'() {
    expect:
    shown('def n = 18800\nshell "exec x \\$(( ${n} + SUPERVISE_INSTANCE )) --port ${n} \'${n}\' \\"${n}\\""') ==
        [sh: 'exec x $(( 18800 + SUPERVISE_INSTANCE )) --port 18800 \'18800\' "18800"', args: []]
    shown('def n = 18800\ncommand "echo ${n} | cat"') == [sh: 'echo 18800 | cat', args: []]
    shown('command "echo ${8.5} | cat"') == [sh: 'echo 8.5 | cat', args: []]
    shown('command "./web --port ${8080}"') == ['./web', '--port', '8080']
  }

  def 'a value that is known only at a start has to be a number in arithmetic, then'() {
    given:
    def command = process('def n = 1\nshell "echo \\$(( ${-> n++ == 1 ? 41 : \'x[$(id)]\'} + 1 ))"').command()

    expect:
    text(command.text()) == 'echo $(( (${1}) + 1 ))'
    text(command.arguments()[1]) == '41'

    when:
    text(command.arguments()[1])

    then:
    def e = thrown(dev.supervise.spec.InvalidSpec)
    e.message == "'x[\$(id)]' stands in \$(( )), where a value has to be a whole number"
  }

  def 'where quotes would be wrong a value that needs them is a mistake: #words'() {
    expect:
    mistakes("process('web') {\n$words\n}")[0] - "app.groovy:2: process 'web': " == message

    where:
    words                                               || message
    '''shell "echo \\$(( ${'a'} + 1 ))"'''              || "'a' stands in \$(( )), where a value has to be a whole number"
    '''shell "echo \\$(( ${'08'} + 1 ))"'''             || "'08' stands in \$(( )), where a value has to be a whole number"
    '''shell "echo \\$(( ${1.5} + 1 ))"'''              || "'1.5' stands in \$(( )), where a value has to be a whole number"
    '''command "echo \\$(( ${'a'} + 1 ))"'''            || "'a' stands in \$(( )), where a value has to be a whole number"
    '''shell "cat <<'E'\\n${'a'}\\nE\\n"'''             || "shell: a value stands in a here-document whose delimiter is quoted, where nothing is put in for \$"
    '''shell "echo \\\\${'a'}"'''                       || 'shell: a value stands behind a backslash, which would take its quote for itself'
    '''shell "echo \\$${'a'}"'''                        || 'shell: a value stands behind a $, where the shell wants a name'
    '''shell "echo \\${${'a'}}"'''                      || 'shell: a value stands behind a $, where the shell wants a name'
    '''shell "cat <<${'E'}\\nx\\nE\\n"'''               || 'shell: a value stands where the shell wants the delimiter of a here-document'
    '''shell "cat <<E${'E'}\\nx\\nE\\n"'''              || 'shell: a value stands where the shell wants the delimiter of a here-document'
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
