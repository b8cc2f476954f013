package dev.supervise.dsl.value

import dev.supervise.text.Nearest
import spock.lang.Specification

class NearestNameSpec extends Specification {

  static final WORDS = ['command', 'shell', 'dir', 'env', 'envFile', 'cleanEnv', 'instances', 'user', 'group', 'umask',
      'nice', 'limits', 'logs', 'restart', 'delay', 'after', 'priority', 'oneShot', 'seconds', 'KB', 'MB']

  def "for '#written' it is '#meant'"() {
    expect:
    NearestName.of(written, WORDS).orElse('') == meant

    where:
    written       | meant
    'comand'      | 'command'
    'commmand'    | 'command'
    'command'     | 'command'
    'Command'     | 'command'
    'COMMAND'     | 'command'
    'dri'         | 'dir'
    'di'          | 'dir'
    'envfile'     | 'envFile'
    'evn'         | 'env'
    'pririty'     | 'priority'
    'oneshot'     | 'oneShot'
    'cmd'         | 'command'
    'cwd'         | 'dir'
    'secs'        | 'seconds'
    'Mb'          | 'MB'
    'x'           | ''
    'foo'         | ''
    'xyz'         | ''
    'database'    | ''
    ''            | ''
  }

  def 'distance counts inserted, deleted, replaced and swapped letters'() {
    expect:
    Nearest.distance(a, b) == letters
    Nearest.distance(b, a) == letters

    where:
    a      | b       | letters
    ''     | ''      | 0
    ''     | 'abc'   | 3
    'abc'  | 'abc'   | 0
    'abc'  | 'acb'   | 1
    'abc'  | 'abd'   | 1
    'abc'  | 'abcd'  | 1
    'abc'  | 'xyz'   | 3
  }
}
