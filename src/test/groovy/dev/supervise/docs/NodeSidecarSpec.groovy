package dev.supervise.docs

import dev.supervise.cli.Session
import groovy.json.JsonSlurper
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir

/** scripts/node-sidecar.groovy: from nothing to a running network, over the dead bodies of three supervisors. */
class NodeSidecarSpec extends Specification {
  static final List<String> NINETEEN = ['snapshot-restore', 'discover-peers', 'config-patch', 'config-apply', 'config-validate',
      'config-reload', 'mark-ready', 'configure-genesis', 'configure-state-sync', 'snapshot-upload', 'result-export',
      'await-condition', 'generate-identity', 'generate-gentx', 'upload-genesis-artifacts', 'assemble-and-upload-genesis',
      'set-genesis-peers', 'assemble-genesis-fork', 'export-state']

  /** In the middle of these the supervisor is killed; what each has to begin twice. */
  static final List<String> KILLED = ['generate-gentx', 'assemble-and-upload-genesis', 'snapshot-restore']

  @TempDir Path dir
  @AutoCleanup Session session
  int port

  def setup() {
    def home = Files.createDirectories(dir.resolve('home/node')).parent
    Files.copy(Path.of('scripts/node-sidecar.groovy'), home.resolve('node-sidecar.groovy'))
    Files.copy(Path.of('scripts/node/Node.java'), home.resolve('node/Node.java'))
    // Two in a row that are free now.
    port = (1..50).findResult {
      new ServerSocket(0).withCloseable { a ->
        try {
          new ServerSocket(a.localPort + 1).withCloseable { a.localPort }
        } catch (IOException taken) {
          null
        }
      }
    }
  }

  Path file(String path) {
    dir.resolve("home/$path")
  }

  Session begin(String slow = '') {
    // From elsewhere: what it names lies beside it.
    session = Session.start(dir.resolve('home').parent, 'home/node-sidecar.groovy', '-P', "port=$port", '-P', "slow=$slow")
  }

  Map status(int node) {
    new JsonSlurper().parseText(new URI("http://localhost:${port + node}/status").toURL().text) as Map
  }

  List<String> begun(String type) {
    Files.readAllLines(file(".supervise/node-sidecar/log/tasks/${type}.log")).findAll { it =~ /begins/ }*.replaceFirst(/^.*begins ?/, '')
  }

  def 'two nodes, nineteen types of task, three kills: the network runs, and nothing was done twice but what was cut'() {
    when: 'the supervisor dies in the middle of three tasks'
    KILLED.each { type ->
      begin(type)
      session.until("tasks/$type *\\| begins")
      session.process.destroyForcibly().waitFor()
    }
    begin()
    session.until('the network is maintained')

    then: 'both nodes follow one chain, of the genesis both have put their names to'
    def first = status(0)
    def second = status(1)
    first.chain_id == 'toy-1'
    Math.abs(first.height - second.height) < 50
    first.height > 25
    Files.readString(file('work/nodes/alpha/config/genesis.json')) == Files.readString(file('work/nodes/beta/config/genesis.json'))
    new JsonSlurper().parse(file('work/storage/toy-1/genesis.json').toFile()).validators*.name == ['alpha', 'beta']

    and: 'the reload reached the node, and the synced one has no early blocks'
    first.block_millis == 20
    second.first > 1

    and: 'what was to be in the storage is there'
    def fork = new JsonSlurper().parse(file('work/storage/toy-1-fork/genesis.json').toFile())
    fork.forked_from == 'toy-1'
    fork.initial_height > 20
    Files.exists(file('work/storage/toy-1/results/1-20.tar.gz'))
    Files.list(file('work/storage/toy-1/snapshots')).withCloseable { it.count() } == 2
    Files.list(file('work')).withCloseable { it.toList() }*.fileName*.toString().findAll { it.startsWith('scratch-') }.size() <= 3

    and: 'every type has run, each step once; what was cut, and nothing else, once more'
    def begun = (NINETEEN - 'await-condition').collectEntries { [it, begun(it)] }
    begun.every { type, times -> times }
    begun.findAll { type, times -> times.any { it.endsWith('attempt 2') } }.keySet() == KILLED as Set
    begun.every { type, times -> times.count { it.endsWith('attempt 2') } == (type in KILLED ? 1 : 0) }
    begun.every { type, times -> times.unique(false).size() == times.size() || type in ['configure-genesis', 'config-patch', 'config-validate', 'config-apply'] }

    when: 'all is stopped'
    def pids = [first.pid, second.pid]
    session.signal('TERM')

    then:
    session.code() == 0
    pids.every { !ProcessHandle.of(it as long).present }
  }

  def 'the script declares the nineteen, but for the one that is shipped'() {
    expect:
    def declared = Files.readString(file('node-sidecar.groovy')).findAll(/(?m)^task\('([^']+)'\)/) { it[1] }
    NINETEEN - declared == ['await-condition']
  }
}
