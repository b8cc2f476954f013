package dev.supervise.worker.probe

import spock.lang.Specification

class NotifyMessageSpec extends Specification {
  def 'a message is read line by line, and what is not known is passed over: #text'() {
    expect:
    NotifyMessage.parse(text.getBytes('UTF-8')) == notices

    where:
    text                              || notices
    'READY=1'                         || [new NotifyMessage.Ready()]
    'READY=1\nSTATUS=serving 3\n'     || [new NotifyMessage.Ready(), new NotifyMessage.Status('serving 3')]
    'STATUS=a\u0007b'                 || [new NotifyMessage.Status('ab')]
    'STATUS=äöü €'                    || [new NotifyMessage.Status('äöü €')]
    'STATUS='                         || [new NotifyMessage.Status('')]
    'WATCHDOG=1'                      || [new NotifyMessage.Beat()]
    'WATCHDOG=trigger'                || [new NotifyMessage.Ill()]
    'STOPPING=1'                      || [new NotifyMessage.Stopping()]
    'MAINPID=4711'                    || [new NotifyMessage.MainPid(4711)]
    'MAINPID=0'                       || []
    'MAINPID=-1'                      || []
    'MAINPID=99999999999999'          || []
    'READY=0'                         || []
    'ready=1'                         || []
    'FDSTORE=1\nX_OWN=1\n\n=\n'       || []
    ''                                || []
  }

  def 'any bytes are read without an exception, and a long status is cut'() {
    given:
    def random = new Random(4)
    def bytes = new byte[300]

    when:
    1000.times {
      random.nextBytes(bytes)
      NotifyMessage.parse(bytes)
    }

    then:
    NotifyMessage.parse(('STATUS=' + 'x' * 4000).bytes)[0].text().length() == NotifyMessage.STATUS_LIMIT
  }
}
