package dev.supervise.cli

import java.nio.file.Files
import java.nio.file.Path
import java.nio.file.attribute.PosixFilePermissions
import spock.lang.Specification
import spock.lang.TempDir

class StateDirectorySpec extends Specification {
  @TempDir Path dir

  def 'it stands beside the script, for its owner only, and is made only when asked'() {
    given:
    def state = StateDirectory.of(dir, [:])
    expect:
    state == dir.resolve('.supervise')
    !Files.exists(state)
    when:
    StateDirectory.create(state)
    StateDirectory.create(state)
    then:
    PosixFilePermissions.toString(Files.getPosixFilePermissions(state)) == 'rwx------'
  }

  def 'a directory that cannot be written sends it to #environment'() {
    given: 'one that even root cannot write'
    def readOnly = Path.of('/proc/self')
    expect:
    StateDirectory.of(readOnly, environment).toString() ==~ where
    where:
    environment                                       | where
    [XDG_STATE_HOME: '/var/states', HOME: '/home/me'] | '/var/states/supervise/[0-9a-f]{16}'
    [XDG_STATE_HOME: 'relative', HOME: '/home/me']    | '/home/me/.local/state/supervise/[0-9a-f]{16}'
    [HOME: '/home/me']                                | '/home/me/.local/state/supervise/[0-9a-f]{16}'
  }

  def 'a state directory that cannot be made is a sentence'() {
    when:
    StateDirectory.create(Path.of('/proc/self/.supervise'))
    then:
    def e = thrown(Refusal)
    e.message.startsWith('cannot create the state directory /proc/self/.supervise: ')
  }
}
