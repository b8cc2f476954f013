package dev.supervise.cli

import dev.supervise.worker.Native
import java.nio.file.Files
import java.util.concurrent.TimeUnit
import spock.lang.Specification
import spock.lang.TempDir

/// `kill -9` of the supervisor while it starts 400 units, in four shapes: plain, with another session,
/// daemonised without its environment, deaf to TERM.
/// A few rounds here; `mvn verify -Dtest=StormSpec -Dsupervise.rounds=60` for the long form.
@Native
class StormSpec extends Specification {
  static final int ROUNDS = Integer.getInteger('supervise.rounds', 4)

  @TempDir File temp

  def 'killing the supervisor in the middle of a start storm leaves nothing alive'() {
    given:
    def dir = Files.createDirectory(temp.toPath().resolve('app'))
    def marker = "98${ProcessHandle.current().pid()}" as String
    dir.resolve('app.groovy').toFile().text = """
      def shapes = ['exec sleep $marker', 'setsid sleep $marker & exec sleep $marker',
        '(env -i setsid sh -c "(sleep $marker &) ; exec sleep $marker" &) ; exec env -i sleep $marker', 'trap "" TERM HUP INT; sleep $marker; sleep $marker']
      (0..<400).each { i -> process("p\$i") { shell shapes[i % 4]; logs none; delay 0.seconds } }"""
    def times = []
    expect:
    (1..ROUNDS).each { round ->
      def session = Session.start(dir, 'run', 'app.groovy', '--quiet')
      int wanted = 20 + (round * 137) % 700
      session.await("$wanted processes") { alive(marker) >= wanted }
      long killed = System.nanoTime()
      session.process.destroyForcibly().waitFor(5, TimeUnit.SECONDS)
      while (alive(marker) > 0) {
        assert System.nanoTime() - killed < 5_000_000_000L: "round $round: ${alive(marker)} processes outlived the supervisor by 5 s"
        Thread.sleep(5)
      }
      times << (System.nanoTime() - killed).intdiv(1_000_000)
    }
    println "killed in a start storm, $ROUNDS rounds: nothing left after ${times.toSorted()[times.size().intdiv(2)]} ms (median), ${times.max()} ms (worst)"
  }

  /// How many processes name the marker in their arguments; zombies have none any more.
  static int alive(String marker) {
    def found = new ProcessBuilder('pgrep', '-fc', marker).start()
    def count = found.inputStream.text.trim()
    found.waitFor()
    count as int
  }
}
