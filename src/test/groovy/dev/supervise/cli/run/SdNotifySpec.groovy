package dev.supervise.cli.run

import dev.supervise.worker.Native
import dev.supervise.worker.WorkerBed
import dev.supervise.posix.DatagramSocket
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

@Native
@Timeout(20)
class SdNotifySpec extends Specification {
  @TempDir
  Path dir

  def warnings = [].asSynchronized()

  SdNotify upstream(String address) {
    SdNotify.of(address == null ? [:] : [NOTIFY_SOCKET: address], { warnings << it })
  }

  static List<String> heard(DatagramSocket socket) {
    def all = []
    for (def message; (message = socket.receive()) != null;) {
      assert message.pid() == ProcessHandle.current().pid()
      all << new String(message.bytes())
    }
    all
  }

  def 'readiness is told once, the end once, and no readiness after that, at #kind'() {
    given:
    def address = kind == 'a path' ? dir.resolve('notify').toString() : "@upstream-spec/${UUID.randomUUID()}".toString()
    def socket = DatagramSocket.bound(address, 100)
    def upstream = upstream(address)

    when:
    upstream.ready()
    upstream.ready()
    upstream.stopping()
    upstream.stopping()
    upstream.ready()

    then:
    heard(socket) == ['READY=1', 'STOPPING=1']
    warnings == []

    cleanup:
    socket.close()

    where:
    kind << ['a path', 'an abstract name']
  }

  def 'without a manager nothing is said, and one that cannot be told is a warning: #address'() {
    when:
    upstream(address).ready()

    then:
    warnings == expected

    where:
    address           || expected
    null              || []
    ''                || []
    'vsock:2:1234'    || ["the service manager is not told READY=1: 'vsock:2:1234' is no address of a Unix socket"]
    '/nowhere/socket' || ['the service manager at /nowhere/socket cannot be told READY=1: no such file or directory']
  }

  def 'a manager that is busy is told when it has time'() {
    given:
    def address = "@upstream-spec/${UUID.randomUUID()}".toString()
    def socket = DatagramSocket.bound(address, 100)
    while (DatagramSocket.send(address, 'x'.bytes) == 0) {}

    when:
    upstream(address).ready()
    heard(socket)

    then:
    WorkerBed.until { heard(socket).contains('READY=1') }
    warnings == []

    cleanup:
    socket.close()
  }
}
