package dev.supervise.task

import dev.supervise.store.SqliteTaskStore
import dev.supervise.store.TaskState
import dev.supervise.store.TaskStore
import java.nio.file.Files
import java.nio.file.Path
import java.util.concurrent.TimeUnit
import spock.lang.Specification

/** `-Dsupervise.rounds=200` for the long form. */
class CrashSpec extends Specification {
  Path dir = Files.createTempDirectory('crash')
  /** What the children said, over all rounds. */
  List<String> said = []

  def cleanup() {
    dir.toFile().deleteDir()
  }

  /** @param millis after which it is killed, counted from when its record is open; none: never */
  private void round(long seed, Integer millis) {
    def child = new ProcessBuilder(ProcessHandle.current().info().command().get(), '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1',
        '--enable-native-access=ALL-UNNAMED', '-cp', System.getProperty('surefire.test.class.path') ?: System.getProperty('java.class.path'),
        'dev.supervise.task.CrashChild', "${dir.resolve('state.db')}", "$seed", "${millis != null}").redirectErrorStream(true).start()
    def killer = null
    try {
      child.inputReader().eachLine {
        said << it
        if (it == 'open' && millis != null) {
          killer = Thread.startVirtualThread { Thread.sleep(millis); child.toHandle().destroyForcibly() }
        }
      }
      assert child.waitFor(60, TimeUnit.SECONDS)
    } finally {
      killer?.join()
      child.toHandle().destroyForcibly()
    }
  }

  def 'whatever moment the supervisor is killed at: nothing submitted is lost, nothing completed runs again, attempts are counted'() {
    given:
    int rounds = Integer.getInteger('supervise.rounds', 3)
    def random = new Random()
    long seed = random.nextLong()
    when:
    rounds.times { round(seed + it, random.nextInt(250)) }
    round(0, null)
    def store = SqliteTaskStore.open(dir.resolve('state.db'), { throw new AssertionError(it) }, { 'now' })
    def rows = store.newest(TaskStore.Filter.ALL, OptionalLong.empty(), Integer.MAX_VALUE).collectEntries { [it.id().toString(), it] }
    def attempts = rows.keySet().collectEntries { [it, store.attempts(UUID.fromString(it))] }
    store.close()
    def submitted = said.findAll { it.startsWith('submitted ') }.collect { it.split(' ')[1] }
    def begun = said.findAll { it.startsWith('begun ') }.collect { it.split(' ') }.groupBy { it[1] }

    then: 'the last child had nothing left and the others were really killed at work'
    said.last() == 'closed'
    said.count('open') == rounds + 1
    submitted.size() > 0

    and: 'what submit returned for is there'
    submitted.findAll { !rows.containsKey(it) } == []

    and: 'all of it is over, by itself or by quarantine'
    rows.values().findAll { !(it.state() == TaskState.COMPLETED || it.state() == TaskState.FAILED && it.error().startsWith('quarantined')) } == []

    and: 'nothing begins after it was reported as completed'
    def completed = [] as Set
    said.findAll { line ->
      def words = line.split(' ')
      if (words[0] == 'completed') completed << words[1]
      words[0] == 'begun' && words[1] in completed
    } == []

    and: 'every attempt that anybody saw is counted, each has a number of its own, and what was cut by a crash is told from what failed'
    begun.every { id, lines -> lines*.getAt(2)*.toInteger() == lines*.getAt(2)*.toInteger().toSorted().unique() }
    begun.every { id, lines -> lines.last()[2].toInteger() <= rows[id].attempt() }
    rows.every { id, row -> attempts[id]*.number() == (1..<row.attempt()).toList() || row.attempt() <= 1 && attempts[id] == [] }
    rows.every { id, row -> attempts[id].count { it.outcome() == 'crashed' } + (row.error().startsWith('quarantined') ? 1 : 0) == row.tally().crashes() }
    rows.every { id, row -> row.type() != 'again' || row.state() != TaskState.COMPLETED || attempts[id].any { it.outcome() == 'failed' } }
    said.findAll { it.startsWith('warning') && !it.contains('quarantined') } == []
  }
}
