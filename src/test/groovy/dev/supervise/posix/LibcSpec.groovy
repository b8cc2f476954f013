package dev.supervise.posix

import java.nio.charset.StandardCharsets
import spock.lang.Requires
import spock.lang.Specification

@Requires({ Libc.supported() })
class LibcSpec extends Specification {
  def 'a failure is its negative error number'() {
    expect:
    Fd.read(-1, 0, 0) == -9
    Processes.signalChild(Integer.MAX_VALUE, 0) == -Errno.ESRCH
    Errno.words(Errno.ENOENT) == 'no such file or directory'
    Errno.words(9999) == 'error 9999'
  }

  def 'packets arrive whole, with the descriptors sent along'() {
    given:
    def pair = PacketSocket.pair()
    int[] ends = new int[2]
    Fd.pipe(ends)

    expect: 'kept apart, and empty again'
    pair.near().send('hello'.bytes, 5, new int[] {ends[1]}, 1) == 0
    pair.near().send('you'.bytes, 3, new int[0], 0) == 0
    pair.near().receive(new byte[PacketSocket.LIMIT]) == -Errno.EAGAIN

    when: 'the other end goes'
    Fd.close(pair.far())

    then: 'the unread descriptor went with it'
    pair.near().receive(new byte[PacketSocket.LIMIT]) in [0, -Errno.ECONNRESET]
    pair.near().send('x'.bytes, 1, new int[0], 0) == -Errno.EPIPE

    cleanup:
    ends.each { Fd.close(it) }
    pair.near().close()
  }

  def 'a full socket says so and keeps packets whole'() {
    given:
    def pair = PacketSocket.pair()
    int sent = 0

    when:
    while (pair.near().send(new byte[1000], 1000, new int[0], 0) == 0) {
      sent++
    }

    then:
    sent > 10
    pair.near().send(new byte[1000], 1000, new int[0], 0) == -Errno.EAGAIN

    cleanup:
    Fd.close(pair.far())
    pair.near().close()
  }

  def 'epoll tells which descriptor is ready by its tag, until it is removed'() {
    given:
    def epoll = new Epoll()
    def bell = new Wakeup()
    epoll.add(bell.fd(), Epoll.IN, 0x1234567890L)

    expect:
    epoll.await(0) == 0

    when:
    bell.ring()

    then:
    epoll.await(1000) == 1
    epoll.tag(0) == 0x1234567890L
    epoll.events(0) == Epoll.IN

    when:
    bell.clear()

    then:
    epoll.await(0) == 0

    cleanup:
    epoll.close()
    bell.close()
  }

  def 'the environment is the one of /proc/self/environ, byte for byte'() {
    expect:
    Environ.entries().collect { new String(it, StandardCharsets.ISO_8859_1) } ==
        new String(new File('/proc/self/environ').bytes, StandardCharsets.ISO_8859_1).split('\0').toList()
  }

  def 'root is a user, with a group of its own'() {
    expect:
    def (name, _, uid, gid, gecos, home, shell) = new File('/etc/passwd').readLines().find { it.startsWith('root:') }.split(':', -1)
    Accounts.user('root').get() == new Accounts.User('root', 0, 0, home, shell)
    Accounts.user(0).get().name() == 'root'
    Accounts.group('root').asInt == 0
    Accounts.groups('root', 0).toList().contains(0)
    Accounts.user('no-such-user').empty
    Accounts.group('no-such-group').empty
  }

  def 'limits are read of this and of other processes'() {
    expect:
    ResourceLimits.get(0, ResourceLimits.NOFILE).hard() >= ResourceLimits.get(0, ResourceLimits.NOFILE).soft()
    ResourceLimits.get(ProcessHandle.current().pid() as int, ResourceLimits.NOFILE) == ResourceLimits.get(0, ResourceLimits.NOFILE)
    ResourceLimits.get(Integer.MAX_VALUE, ResourceLimits.NOFILE) == new ResourceLimits.Pair(0, 0)
  }

  def 'any child is never waited for'() {
    when:
    Processes.reap(pid)

    then:
    thrown(IllegalArgumentException)

    where:
    pid << [-1, 0]
  }

  def 'a region is zero, written to, and zero again once given back'() {
    given:
    def region = new Region(1 << 20)
    def slice = region.slice(65536, 4096)

    when:
    slice.put(0, 7 as byte)

    then:
    slice.get(0) == 7 as byte

    when:
    region.release(65536, 4096)

    then:
    slice.get(0) == 0 as byte
  }
}
