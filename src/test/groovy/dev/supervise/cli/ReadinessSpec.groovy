package dev.supervise.cli

import dev.supervise.posix.DatagramSocket
import dev.supervise.worker.Native
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir
import spock.lang.Timeout

/** From a script to its service manager: who waits for whom until all is ready. */
@Native
@Timeout(120)
class ReadinessSpec extends Specification {
  @TempDir
  Path home
  Path dir
  @AutoCleanup
  Session session

  def setup() {
    dir = Files.createDirectories(home.resolve('app'))
  }

  Session run(Map with = [:], String script) {
    Files.writeString(dir.resolve('app.groovy'), script)
    session = Session.start(with, dir, 'app.groovy')
  }

  static void until(Closure<Boolean> condition) {
    long deadline = System.nanoTime() + 60_000_000_000L
    while (!condition()) {
      assert System.nanoTime() < deadline : 'not in time'
      Thread.sleep(20)
    }
  }

  def 'a unit waits until the other is ready, then onReady runs and the service manager is told; a stop is told too'() {
    given:
    def address = "@readiness-spec/${UUID.randomUUID()}".toString()
    def manager = DatagramSocket.bound(address, 1000)
    def heard = { manager.receive()?.with { new String(it.bytes()) } }

    when:
    run(env: [NOTIFY_SOCKET: address], '''
      process('db') { shell 'touch db.up; exec sleep 1000'; ready { file 'db.ready'; every 20.ms } }
      process('api') { shell 'touch api.up; exec sleep 1000'; after db: ready }
      function('cache') { after 'api'; ready { called() }; run { ctx -> ctx.ready(); ctx.sleep 1.hour } }
      onReady { new File(sysEnv('PWD') ?: '.', 'x').name; println 'all of it is ready' }
    '''.replace("new File(sysEnv('PWD') ?: '.', 'x').name; ", ''))
    until { Files.exists(dir.resolve('db.up')) }
    Thread.sleep(500)

    then:
    !Files.exists(dir.resolve('api.up'))
    heard() == null

    when:
    Files.createFile(dir.resolve('db.ready'))
    String said = null
    until { (said = heard()) != null }
    until { session.out.contains('all of it is ready') }

    then:
    said == 'READY=1'
    Files.exists(dir.resolve('api.up'))

    when:
    session.process.destroy()
    until { (said = heard()) != null }

    then:
    said == 'STOPPING=1'
    session.process.waitFor() == 0
    heard() == null

    cleanup:
    manager?.close()
  }

  def 'a unit that is not ready in time has failed to start, with the reason; one that falls ill is restarted'() {
    when:
    run('''
      process('late') { command 'sleep', '1000'; maxRestarts 0; ready { tcp 1; within 3.seconds } }
      process('ill') { shell 'echo run >> runs; touch well; exec sleep 1000'; delay 0.seconds; alive every: 50.ms, { file 'well'; failures 2 } }
    ''')
    until { Files.exists(dir.resolve('well')) && session.out.contains('tcp localhost:1: connection refused') }
    Files.delete(dir.resolve('well'))
    until { Files.readAllLines(dir.resolve('runs')).size() == 2 }

    then:
    session.out.contains('late')
  }
}
