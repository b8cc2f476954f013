package dev.supervise.control

import static dev.supervise.Tried.policy
import static dev.supervise.Tried.until
import static dev.supervise.control.Running.get

import dev.supervise.run.Request
import dev.supervise.control.client.SocketConnection
import dev.supervise.control.protocol.Answer
import dev.supervise.control.protocol.Connection
import dev.supervise.control.protocol.ConnectionSpec
import dev.supervise.control.protocol.Feed
import dev.supervise.control.protocol.FeedItem
import dev.supervise.control.protocol.Frame
import dev.supervise.control.protocol.Query
import dev.supervise.run.Selector
import dev.supervise.control.server.Server
import dev.supervise.control.server.StaleSockets
import dev.supervise.run.Until
import dev.supervise.spec.*
import java.net.StandardProtocolFamily
import java.nio.ByteBuffer
import java.nio.channels.SocketChannel
import java.nio.file.Files
import java.nio.file.attribute.PosixFilePermissions
import java.time.Duration
import spock.lang.Requires

/// The laws of [ConnectionSpec] over the socket, and the socket's own.
class SocketSpec extends ConnectionSpec {
  @Override
  Connection way(Running running) { running.remote() }

  SocketChannel raw() {
    def channel = SocketChannel.open(StandardProtocolFamily.UNIX)
    channel.connect(UnixDomainSocketAddress.of(running.server.path()))
    channel
  }

  static void say(SocketChannel to, String text) {
    def bytes = ByteBuffer.wrap(text.getBytes('UTF-8'))
    while (bytes.hasRemaining()) to.write(bytes)
  }

  /// All it is told until the other side closes.
  static String all(SocketChannel from) {
    def text = new StringBuilder()
    def buffer = ByteBuffer.allocate(1 << 16)
    try {
      while (from.read(buffer.clear()) >= 0) text << new String(buffer.array(), 0, buffer.position(), 'UTF-8')
    } catch (IOException reset) { }
    text
  }

  /// What it is told by now.
  static String said(SocketChannel from) {
    def buffer = ByteBuffer.allocate(1 << 16)
    from.configureBlocking(false)
    try {
      from.read(buffer)
    } catch (IOException reset) { }
    new String(buffer.array(), 0, buffer.position(), 'UTF-8')
  }

  /// The next that it is told.
  static String told(SocketChannel from) {
    def text = ''
    until { text += said(from); text.endsWith('\n') }
    text
  }

  static final HELLO = '{"is":"Hello","version":1,"by":"spec"}\n'

  def 'only the owner gets near it: the directory is 0700, the socket 0600, and both are gone afterwards'() {
    when:
    to([sleeper('api')])
    def path = running.server.path()
    then:
    PosixFilePermissions.toString(Files.getPosixFilePermissions(path)) == 'rw-------'
    PosixFilePermissions.toString(Files.getPosixFilePermissions(path.parent)) == 'rwx------'
    Files.readString(running.dir.resolve('socket')).strip() == path.toString()
    when:
    running.server.close()
    then:
    !Files.exists(path)
    !Files.exists(running.dir.resolve('socket'))
  }

  def 'a directory that others could have made is refused'() {
    given:
    def dir = Files.createTempDirectory('socket')
    Files.createSymbolicLink(dir.resolve('s'), Files.createDirectory(dir.resolve('elsewhere')))
    to([sleeper('api')])
    when:
    Server.open(running.desk, dir.resolve('s/c.sock'), { }, { System.nanoTime() })
    then:
    def e = thrown(IOException)
    e.message.contains('s is a symbolic link, where a directory is wanted')
    cleanup:
    dir.toFile().deleteDir()
  }

  def 'a stale socket is replaced, a live one refused with its pid'() {
    given:
    to([sleeper('api')])
    when:
    Server.open(running.desk, running.server.path(), { }, { System.nanoTime() })
    then:
    def e = thrown(IOException)
    e.message.contains("another instance (pid ${ProcessHandle.current().pid()})")
    when: 'one that nobody listens at'
    def dead = running.dir.resolve('s/dead.sock')
    java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(dead)).close()
    assert Files.exists(dead)
    def second = Server.open(running.desk, dead, { }, { System.nanoTime() })
    then:
    SocketConnection.open(dead, 'spec').instance().pid() == ProcessHandle.current().pid()
    cleanup:
    second?.close()
  }

  def 'what is no protocol costs the client its connection and says why: #what'() {
    given:
    to([sleeper('api')])
    def client = raw()
    when:
    say(client, text)
    then:
    all(client).contains(why)
    get(connection, new Query.Tree(Selector.ALL)) instanceof Answer.Tree
    cleanup:
    client?.close()
    where:
    what             | text                                                       || why
    'no JSON'        | 'GET / HTTP/1.1\r\n\r\n'                                   || 'not understood'
    'no hello'       | '{"is":"Ask","id":1,"query":{"is":"Tree"}}\n'              || 'hello comes first'
    'another hello'  | HELLO * 2                                                  || 'hello is said once'
    'version 7'      | '{"is":"Hello","version":7}\n'                             || 'speaks version 1'
    'unknown frame'  | '{"is":"Runtime"}\n'                                       || "unknown said 'Runtime'"
    'deep'           | '[' * 5000 + '\n'                                          || 'not understood'
    'an endless line'| 'x' * (Frame.LIMIT + 10)                                   || 'longer than'
    'number in use'  | HELLO + '{"is":"Ask","id":1,"query":{"is":"Await","which":{},"until":"done"}}\n' * 2 || 'in use'
  }

  def 'a question that is not understood is refused and ends nothing'() {
    given:
    to([sleeper('api')])
    def client = raw()
    when:
    say(client, HELLO + '{"is":"Ask","id":1,"query":{"is":"Nonsense"}}\n{"is":"Ask","id":2,"query":{"is":"Scale","name":7}}\n' +
        '{"is":"Ask","id":3,"query":{"is":"Env"}}\n')
    def told = ''
    def buffer = ByteBuffer.allocate(1 << 16)
    while (!told.contains('Environment')) {
      client.read(buffer.clear())
      told += new String(buffer.array(), 0, buffer.position(), 'UTF-8')
    }
    then:
    told.contains("unknown query 'Nonsense'")
    told.contains("'name' is no string")
    cleanup:
    client?.close()
  }

  def 'noise of any kind leaves the instance answering'() {
    given:
    to([sleeper('api')])
    def dice = new Random(41)
    def words = ['{', '}', '"is"', ':', '"Ask"', '"Hello"', ',', '\n', '1', '-1e99', '[', ']', 'null', '"id"', '"query"', '\u0000', 'ü', HELLO]
    when:
    300.times {
      def client = raw()
      try {
        if (dice.nextBoolean()) say(client, HELLO)
        say(client, (0..dice.nextInt(40)).collect { words[dice.nextInt(words.size())] }.join(''))
        byte[] noise = new byte[dice.nextInt(2000)]
        dice.nextBytes(noise)
        client.write(ByteBuffer.wrap(noise))
      } catch (IOException turnedAway) { }
      client.close()
    }
    then:
    get(connection, new Query.Tree(Selector.ALL)) instanceof Answer.Tree
    running.warnings == []
  }

  def 'fifty clients that follow and do not read slow nothing, and hear how much they missed'() {
    given:
    to([sleeper('api')])
    get(connection, new Query.Await(Selector.ALL, Until.READY, Optional.empty()))
    def lazy = (1..50).collect {
      def client = raw()
      say(client, HELLO + '{"is":"Follow","id":1,"feed":{"is":"Lines","which":{}}}\n')
      client
    }
    def reader = connection.follow(new Feed.Lines(Selector.ALL))
    byte[] line = ('x' * 200).bytes
    when: 'lines come far faster than anybody reads'
    until { running.hub.@followers.size() == 51 }
    long from = System.nanoTime()
    100_000.times { running.hub.line('api', line, 0, line.length) }
    long told = System.nanoTime() - from
    long asked = System.nanoTime()
    def answer = get(connection, new Query.Order(new Request.Restart(Selector.of('api'))))
    long took = System.nanoTime() - asked
    then:
    answer == new Answer.Done('restarted api')
    told < 3_000_000_000L
    took < 3_000_000_000L
    when:
    long lines = 0
    long dropped = 0
    until {
      for (def item = reader.next(Duration.ZERO); item.present; item = reader.next(Duration.ZERO)) {
        if (item.get() instanceof FeedItem.Line) lines++
        if (item.get() instanceof FeedItem.Dropped) dropped += item.get().count()
      }
      lines + dropped == 100_000
    }
    then:
    lines > 0
    cleanup:
    lazy*.close()
  }

  def 'who connects and says nothing is dismissed, and keeps nobody out meanwhile'() {
    given:
    def now = new java.util.concurrent.atomic.AtomicLong()
    to([sleeper('api')])
    def path = running.dir.resolve('s/timed.sock')
    def server = Server.open(running.desk, path, { }, { now.get() })
    def silent = SocketChannel.open(StandardProtocolFamily.UNIX)
    silent.connect(UnixDomainSocketAddress.of(path))
    when:
    def other = SocketConnection.open(path, 'spec')
    then:
    get(other, new Query.Env()) instanceof Answer.Environment
    when:
    now.addAndGet(11_000_000_000L)
    get(other, new Query.Env())
    then:
    all(silent).contains('no hello within 10 s')
    cleanup:
    other?.close()
    server?.close()
  }

  def 'the owner gets through however many of his clients hang: #what'() {
    given:
    to([sleeper('api')])
    def busy = connection.ask(new Query.Await(Selector.of('api'), Until.DONE, Optional.empty()))
    def reader = connection.follow(new Feed.Changes(Selector.ALL))
    def stalled = (1..n).collect { def client = raw(); say(client, says); client }
    when:
    long begun = System.nanoTime()
    def late = running.remote()
    def answer = get(late, new Query.Tree(Selector.ALL))
    long took = System.nanoTime() - begun
    then:
    answer instanceof Answer.Tree
    took < 1_000_000_000L
    and: 'and takes the place of one of those, who is told so'
    until { stalled.any { said(it).contains('there are more than 256 clients') } }
    and: 'whoever uses his place keeps it'
    !busy.done
    get(connection, new Query.Env()) instanceof Answer.Environment
    running.warnings == []
    cleanup:
    stalled*.close()
    late?.close()
    where:
    what                        | n   | says
    'nothing said'              | 256 | ''
    'many more'                 | 700 | ''
    'half a word'               | 256 | '{"is":"He'
    'known, and half a request' | 256 | HELLO + '{"is":"Ask","id":1,'
    'at rest'                   | 256 | HELLO + '{"is":"Ask","id":1,"query":{"is":"Env"}}\n'
    'following'                 | 256 | HELLO + '{"is":"Follow","id":1,"feed":{"is":"Changes","which":{}}}\n'
  }

  def 'of clients that are too many, who has said the least goes first, and who was silent the longest before others'() {
    given:
    def now = new java.util.concurrent.atomic.AtomicLong(1)
    to([sleeper('api')])
    def path = running.dir.resolve('s/timed.sock')
    def server = Server.open(running.desk, path, { }, { now.get() })
    def client = { String said ->
      def channel = SocketChannel.open(StandardProtocolFamily.UNIX)
      channel.connect(UnixDomainSocketAddress.of(path))
      say(channel, said)
      now.addAndGet(1_000_000)
      channel
    }
    def other = SocketConnection.open(path, 'spec')
    def resting = (1..250).collect {
      def channel = client(HELLO + '{"is":"Ask","id":1,"query":{"is":"Env"}}\n')
      def told = ''
      while (!told.contains('Environment')) {
        def buffer = ByteBuffer.allocate(1 << 16)
        assert channel.read(buffer) > 0
        told += new String(buffer.array(), 0, buffer.position(), 'UTF-8')
      }
      channel
    }
    def silent = (1..5).collect { client('') }
    get(other, new Query.Env())
    when: 'six more than there is room for'
    def more = (1..6).collect { SocketConnection.open(path, 'spec').tap { get(it, new Query.Env()) } }
    then:
    silent.every { told(it).contains('more than 256') }
    told(resting[0]).contains('more than 256')
    resting[1..249].every { said(it) == '' }
    get(other, new Query.Env()) instanceof Answer.Environment
    more.every { get(it, new Query.Env()) instanceof Answer.Environment }
    cleanup:
    (resting + silent + more + [other])*.close()
    server?.close()
  }

  def 'what a client waits for is withdrawn when it goes'() {
    given:
    to([sleeper('api')])
    def other = running.remote()
    other.ask(new Query.Await(Selector.of('api'), Until.DONE, Optional.empty()))
    get(other, new Query.Env())
    when:
    other.close()
    then: 'the loop holds no answer that nobody wants'
    until {
      get(connection, new Query.Await(Selector.of('api'), Until.READY, Optional.empty()))
      running.engine.@tree.@running.requests.@watches.@watches.every { it.@reply.done }
    }
  }

  def 'whoever is interrupted, at whatever moment, keeps the connection that others ask through'() {
    given:
    def connection = to([sleeper('api')])
    def asked = 0
    def asker = Thread.start {
      while (asked < 3000) {
        try {
          connection.ask(new Query.Tree(Selector.ALL)).get()
        } catch (InterruptedException ignored) { }
        asked++
      }
    }
    def other = 0
    def neighbour = Thread.start {
      while (asker.alive && connection.ask(new Query.Tree(Selector.ALL)).get() instanceof Answer.Tree) other++
    }
    when:
    def random = new Random(7)
    while (asker.alive) {
      java.util.concurrent.locks.LockSupport.parkNanos(random.nextInt(200_000))
      asker.interrupt()
    }
    neighbour.join()
    then:
    asked == 3000
    other > 0
    connection.ask(new Query.Tree(Selector.ALL)).get() instanceof Answer.Tree
  }

  def 'whoever still waits when the instance ends is told so'() {
    given:
    to([sleeper('api')])
    def waits = connection.ask(new Query.Await(Selector.of('api'), Until.DONE, Optional.empty()))
    def follows = connection.follow(new Feed.Changes(Selector.ALL))
    get(connection, new Query.Env())
    when:
    running.server.close()
    then:
    waits.get() == new Answer.Gone('the instance has ended')
    follows.next(Duration.ofSeconds(10)).get() instanceof FeedItem.End
  }

  @Requires({ System.getProperty('user.name') == 'root' && new File('/usr/bin/setpriv').exists() })
  def 'another user is refused, even where the files would let him in'() {
    given:
    to([sleeper('api')])
    def path = running.server.path()
    def open = { java.nio.file.Path it, String mode -> Files.setPosixFilePermissions(it, PosixFilePermissions.fromString(mode)) }
    open(running.dir, 'rwxr-xr-x')
    open(path.parent, 'rwxr-xr-x')
    open(path, 'rw-rw-rw-')
    def source = Files.writeString(running.dir.resolve('Caller.java'), """
      class Caller {
        public static void main(String[] path) throws Exception {
          var channel = java.nio.channels.SocketChannel.open(java.net.StandardProtocolFamily.UNIX);
          channel.connect(java.net.UnixDomainSocketAddress.of(path[0]));
          channel.write(java.nio.ByteBuffer.wrap("{\\"is\\":\\"Hello\\",\\"version\\":1}\\n".getBytes()));
          System.out.print(new String(java.nio.channels.Channels.newInputStream(channel).readAllBytes()));
        }
      }""")
    open(source, 'rw-r--r--')
    when:
    def process = new ProcessBuilder('setpriv', '--reuid=65534', '--regid=65534', '--clear-groups',
        System.getProperty('java.home') + '/bin/java', '-XX:TieredStopAtLevel=1', source.toString(), path.toString())
        .redirectErrorStream(true).start()
    def said = process.inputStream.text
    then:
    said.contains('"is":"Turned"')
    said.contains("nobody else's to ask")
    !said.contains('Welcome')
  }

  def 'a tree three hundred supervisors deep is answered whole'() {
    given:
    UnitSpec deep = sleeper('leaf')
    300.times {
      deep = new SupervisorSpec('s', Origin.NONE, policy(), Strategy.ONE_FOR_ONE, new Intensity.Unlimited(), AutoShutdown.NEVER,
          new Grace.Unlimited(), new Members.Listed([deep]))
    }
    to([deep])
    when:
    def unit = (get(connection, new Query.Tree(Selector.ALL)) as Answer.Tree).units().first()
    int depth = 0
    while (unit.children()) { unit = unit.children().first(); depth++ }
    then:
    depth == 301
  }

  def 'sockets of instances that were killed long ago are taken away, live and young ones are not'() {
    given:
    to([sleeper('api')])
    def directory = running.server.path().parent
    def dead = { String name, long age ->
      def path = directory.resolve(name)
      java.nio.channels.ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(path)).close()
      Files.setLastModifiedTime(path, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() - age))
      path
    }
    def old = dead('old.sock', 3_600_000)
    def young = dead('young.sock', 1000)
    Files.setLastModifiedTime(running.server.path(), java.nio.file.attribute.FileTime.fromMillis(0))
    when:
    StaleSockets.sweep(dev.supervise.posix.PrivateDirectory.create(directory), System.currentTimeMillis())
    then:
    !Files.exists(old)
    Files.exists(young)
    Files.exists(running.server.path())
    get(connection, new Query.Env()) instanceof Answer.Environment
  }
}
