package dev.supervise.dsl.value

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
}
