package dev.supervise.worker

import spock.lang.Specification

class NoticeSpec extends Specification {
  def 'a message is read line by line, and what is not known is passed over: #text'() {
    expect:
    Notice.parse(text.getBytes('UTF-8')) == notices

    where:
    text                              || notices
    'READY=1'                         || [new Notice.Ready()]
    'READY=1\nSTATUS=serving 3\n'     || [new Notice.Ready(), new Notice.Status('serving 3')]
    'STATUS=a\u0007b'                 || [new Notice.Status('ab')]
    'STATUS=äöü €'                    || [new Notice.Status('äöü €')]
    'STATUS='                         || [new Notice.Status('')]
    'WATCHDOG=1'                      || [new Notice.Beat()]
    'WATCHDOG=trigger'                || [new Notice.Ill()]
    'STOPPING=1'                      || [new Notice.Stopping()]
    'MAINPID=4711'                    || [new Notice.MainPid(4711)]
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
      Notice.parse(bytes)
    }

    then:
    Notice.parse(('STATUS=' + 'x' * 4000).bytes)[0].text().length() == Notice.STATUS_LIMIT
  }
}
