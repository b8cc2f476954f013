package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Requires
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** What belongs to a user in the environment goes with `user`, wherever a process of the unit is started. */
@Native
@Requires({ System.getProperty('user.name') == 'root' && new File('/usr/sbin/useradd').exists() })
@Timeout(120)
class AccountSessionSpec extends Specification {
  static final String ACCOUNT = 'supervise-spec'
  static final Map<String, String> OURS = ['CONFIG_HOME', 'CACHE_HOME', 'DATA_HOME', 'STATE_HOME', 'RUNTIME_DIR'].collectEntries { ["XDG_$it".toString(), "/root/$it".toString()] }

  @TempDir
  Path home
  @AutoCleanup
  Session session

  def setupSpec() { run('useradd', '-r', '-d', '/srv/spec', '-s', '/bin/sh', ACCOUNT) }

  def cleanupSpec() { run('userdel', ACCOUNT) }

  static void run(String... words) { assert new ProcessBuilder(words).redirectErrorStream(true).start().with { inputStream.text; waitFor() } in [0, 9] }

  def 'hooks, probes and stops of a unit are at home where it is, and get no directories of ours'() {
    given:
    def dir = Files.createDirectories(home.resolve('app'))
    Files.writeString(dir.resolve('app.groovy'), """
      def show = { 'echo ' + it + ' \$(id -un) \$HOME \$USER \$LOGNAME \$SHELL \$(env | grep -c ^XDG_) >> $home/said' }
      process('a') {
        user '$ACCOUNT'; dir '/'
        shell show('run') + '; exec sleep 1000'
        preStart { shell show('preStart') }
        postStop { shell show('postStop') }
        ready { exec 'sh', '-c', show('probe') }
        stop { exec 'sh', '-c', show('stop') + '; kill \$PPID', within: 1.second; signal TERM }
      }
      process('b') { dir '/'; shell 'env | grep -c ^XDG_ >> $home/ours; echo \$HOME >> $home/ours'; oneShot() }
    """)
    Files.writeString(home.resolve('said'), '')
    ['rwxrwxrwx'].each { home.toFile().with { setExecutable(true, false); setReadable(true, false) }; home.resolve('said').toFile().setWritable(true, false) }
    session = Session.start(dir, words: ['setsid', '--wait'], env: OURS + [HOME: '/root', USER: 'root', LOGNAME: 'root'], 'run', 'app.groovy')
    session.until(/\+ a +ready/)
    session.until(/\+ b +done/)

    when:
    session.signal('TERM')

    then:
    session.code() == 0
    Files.readAllLines(home.resolve('said'))*.split(' ', 2).collectEntries { [it[0], it[1]] } ==
        ['preStart', 'run', 'probe', 'stop', 'postStop'].collectEntries { [it, "$ACCOUNT /srv/spec $ACCOUNT $ACCOUNT /bin/sh 0".toString()] }
    Files.readAllLines(home.resolve('ours')) == ['5', '/root']
  }
}
