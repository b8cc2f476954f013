package dev.supervise.cli

import dev.supervise.verb.Verbs
import spock.lang.Specification
import spock.lang.Timeout

@Timeout(30)
class CompletionSpec extends Specification {
  /// What bash offers for a line whose last word is being typed. `supervise` is played: its units are db and api-1.
  static List<String> offered(String... words) {
    def line = words.collect { "'$it'" }.join(' ')
    def text = Completion.bash(Arguments.commands()) + """
      supervise() { if [ "\$*" = 'ps -q' ]; then echo db; echo api-1; elif [ "\$*" = 'ps -q -s x.groovy' ]; then echo other; fi; }
      COMP_WORDS=(supervise $line); COMP_CWORD=${words.length}
      _supervise; printf '%s\\n' "\${COMPREPLY[@]}"
    """
    def process = new ProcessBuilder('bash', '--norc').directory(new File('/')).redirectErrorStream(true).start()
    process.outputStream.withCloseable { it << text }
    def said = process.inputStream.text
    assert process.waitFor() == 0
    said.readLines().findAll()
  }

  def 'bash offers verbs, options, live names, signals'() {
    expect:
    offered('resta') == ['restart']
    offered('') .containsAll(Verbs.NAMES + LocalVerbs.NAMES)
    offered('ps', '--') == ['--json', '--script', '--state-dir', '--color']
    offered('run', '--').containsAll(['--watch', '--no-repl', '--except', '--quiet', '--color', '--stacktrace', '--state-dir'])
    offered('restart', '') == ['db', 'api-1']
    offered('restart', 'a') == ['api-1']
    offered('restart', '-s', 'x.groovy', '') == ['other']
    offered('signal', 'US') == ['USR1', 'USR2']
    offered('signal', 'HUP', 'd') == ['db']
    offered('completion', '') == ['bash', 'zsh', 'fish']
    offered('ps', '--color', 'a') == ['auto', 'always']
    offered('wait', '--for', 'd') == ['done', 'down']
    offered('up', '--d') == ['--detach']
    offered('status', '-') == offered('ps', '-')
    offered('down', '') == []
  }

  def 'zsh and fish know every verb'() {
    expect:
    (Verbs.NAMES + LocalVerbs.NAMES).every { verb ->
      Completion.zsh(Arguments.commands()).contains("'$verb:") && Completion.fish(Arguments.commands()).contains("-a $verb -d ")
    }
  }

  def 'the scripts of shells that are installed here are accepted by them: #shell'() {
    when:
    def found = ['/usr/bin', '/bin', '/usr/local/bin'].any { new File(it, shell).exists() }
    def file = File.createTempFile('completion', shell)
    file.text = text
    then:
    !found || new ProcessBuilder(shell, '-n', file.path).inheritIO().start().waitFor() == 0
    cleanup:
    file?.delete()
    where:
    shell  | text
    'bash' | Completion.bash(Arguments.commands())
    'zsh'  | Completion.zsh(Arguments.commands())
    'fish' | Completion.fish(Arguments.commands())
  }
}
