package dev.supervise.worker

import dev.supervise.spec.Logs
import dev.supervise.spec.StartFailure
import groovy.json.JsonSlurper
import spock.lang.Shared
import spock.lang.Specification
import spock.lang.Timeout

/** `separate`, `timestamps` and `json`, with real children. */
@Native
@Timeout(60)
class LogFormatsSpec extends Specification {
  @Shared
  WorkerBed bed = new WorkerBed()

  def setup() {
    bed.wallClock = { System.currentTimeMillis() }
  }

  def cleanupSpec() {
    bed.close()
  }

  static Logs.Captured captured(Map with = [:]) {
    new Logs.Captured(with.file ?: '', with.rotate ?: (1L << 31), with.keep == null ? 5 : with.keep, with.console ?: false,
        with.block ?: false, with.separate ?: false, with.format ?: Logs.Format.PLAIN)
  }

  WorkerBed.Heard ran(Map with, String text) {
    def run = bed.shell(logs: captured(with), text)
    run.pid()
    run.exit()
    run
  }

  /** The objects of a file, each line of which must be one. */
  static List<Map> objects(File file) {
    def slurper = new JsonSlurper()
    try {
      file.readLines('UTF-8').collect { slurper.parseText(it) as Map }
    } catch (FileNotFoundException beingSetAside) {
      []
    }
  }

  /** What the process wrote, as the page of json says it is found. */
  static byte[] original(List<Map> objects) {
    def all = new ByteArrayOutputStream()
    objects.findAll { !it.supervise }.each {
      all.write(it.base64 != null ? it.base64.decodeBase64() : (it.line as String).getBytes('UTF-8'))
      if (!it.partial) {
        all.write('\n'.bytes)
      }
    }
    all.toByteArray()
  }

  def 'separate: standard error has a file of its own, and the display shows both'() {
    when:
    def run = ran(separate: true, console: true, 'echo out; echo err >&2; printf tail; printf last >&2; exit 3')

    then:
    bed.logOf(run.path) { it == 'out\ntail' }
    bed.logOf(run.path + '.err') { it == 'err\nlast' }
    WorkerBed.until { bed.lines.findAll { it.startsWith("$run.path| ") }.size() == 4 }
    bed.lines.findAll { it.startsWith("$run.path| ") } as Set == ['out', 'tail', 'err', 'last'].collect { "$run.path| $it".toString() } as Set
  }

  def 'separate: both names come from the named file, and both pipes are drained at the end although others hold them'() {
    when:
    def run = bed.shell(logs: captured(separate: true, file: 'log/web.log'), 'sleep 1000 & echo a; printf b >&2; exit 4')
    run.pid()
    def (what, exit, remains) = run.next()

    then:
    remains.count() == 1
    WorkerBed.until { bed.dir.resolve('log/web.log').toFile().text == 'a\n' }
    WorkerBed.until { bed.dir.resolve('log/web.err.log').toFile().text == 'b' }

    cleanup:
    run?.signal(9, Action.Scope.ALL)
  }

  def 'separate: a file for errors that cannot be opened is a failed start, and leaves no descriptor'() {
    given:
    bed.dir.resolve('taken.err.log').toFile().mkdirs()
    def before = descriptors()

    when:
    def failures = (1..20).collect { bed.shell(logs: captured(separate: true, file: 'taken.log'), 'true').failure() }

    then:
    failures.every { it.step() == StartFailure.Step.LOG && it.message().contains('taken.err.log') }
    WorkerBed.until { descriptors() <= before }
  }

  static int descriptors() {
    new File('/proc/self/fd').list().length
  }

  def 'timestamps: each line stands behind the time its first byte was read'() {
    given:
    def times = [1_795_274_011_070L, 1_795_274_012_000L]
    bed.wallClock = { times[0] }

    when:
    def run = bed.shell(logs: captured(format: Logs.Format.TIMESTAMPS), 'echo one; echo; printf "begun"; until [ -e go ]; do sleep 0.01; done; echo " and ended"; printf tail')
    run.pid()
    WorkerBed.until { bed.logFile(run.path).with { it.exists() && it.readLines().size() == 2 } }
    bed.wallClock = { times[1] }
    bed.dir.resolve('go').toFile().text = ''
    run.exit()

    then:
    bed.logOf(run.path) { it.endsWith('tail\n') }.readLines() == [
        '2026-11-21T15:13:31.070Z one',
        '2026-11-21T15:13:31.070Z ',
        '2026-11-21T15:13:31.070Z begun and ended',
        '2026-11-21T15:13:32.000Z tail']
  }

  def 'timestamps: lines of any kind, each with its time and nothing else'() {
    when:
    def run = ran(format: Logs.Format.TIMESTAMPS, 'seq 1 20000; printf "\\377\\376\\n"')
    bed.logOf(run.path)
    def lines = bed.logFile(run.path).readLines('ISO-8859-1')

    then:
    lines.every { it ==~ /(?s)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z .*/ }
    lines*.substring(25) == (1..20000)*.toString() + ['\u00ff\u00fe']
    lines*.substring(0, 24) == lines*.substring(0, 24).toSorted()
  }

  def 'timestamps: an endless line is cut, with a mark'() {
    when:
    def run = ran(format: Logs.Format.TIMESTAMPS, "head -c 200000 /dev/zero | tr '\\0' x; echo")
    bed.logOf(run.path)
    def lines = bed.logFile(run.path).readLines()

    then:
    lines.size() == 4
    lines[0..2].every { it.endsWith('x [the line goes on]') }
    lines.collect { it.count('x') }.sum() == 200_000
  }

  def 'json: one object a line, that says who and when'() {
    given:
    bed.wallClock = { 1_795_274_011_070L }

    when:
    def run = ran(format: Logs.Format.JSON, 'echo "say \\"hi\\" \\\\ \\t ä"; printf end')

    then:
    bed.logOf(run.path) { it.endsWith('}\n') && it.readLines().size() == 2 } ==
        """{"time":"2026-11-21T15:13:31.070Z","unit":"$run.path","line":"say \\"hi\\" \\\\ \\t ä"}\n""" +
        """{"time":"2026-11-21T15:13:31.070Z","unit":"$run.path","line":"end","partial":true}\n"""
  }

  def 'json: with separate each object names its stream'() {
    when:
    def run = ran(format: Logs.Format.JSON, separate: true, 'echo a; echo b >&2')
    bed.logOf(run.path)
    bed.logOf(run.path + '.err')

    then:
    objects(bed.logFile(run.path))*.stream == ['stdout']
    objects(bed.logFile(run.path + '.err'))*.stream == ['stderr']
  }

  def 'json: whatever a process writes is found again byte for byte: #what'() {
    given:
    File input = bed.dir.resolve('input').toFile()
    input.bytes = bytes

    when:
    def run = ran(format: Logs.Format.JSON, rotate: 20_000, keep: 1000, block: true, 'cat input')
    def newest = bed.logFile(run.path)
    def files = { newest.parentFile.listFiles().findAll { it.name.startsWith(newest.name) } }
    def objects = { files().sort { -(it.name - newest.name - '.' ?: '0').toInteger() }.collectMany { objects(it) } }

    then: 'more than one file of whole objects'
    WorkerBed.until {
      try {
        files() && !WorkerBed.open(newest) && original(objects()).length == bytes.length
      } catch (groovy.json.JsonException beingWritten) {
        false
      }
    }
    Arrays.equals(original(objects()), bytes)
    bytes.length < 10_000 || files().size() > 1

    where:
    what                      | bytes
    'every byte'              | (0..255).collect { it as byte } as byte[]
    'random bytes'            | new byte[500_000].tap { new Random(1).nextBytes(it) }
    'many lines'              | ((1..5000).collect { "line $it \u00e4\u20ac\ud83d\ude00" }.join('\n') + '\n').getBytes('UTF-8')
    'an endless line'         | ('\u20ac' * 100_000).getBytes('UTF-8')
    'control characters only' | new byte[150_000]
    'nothing but newlines'    | ('\n' * 3000).bytes
  }

  def 'json: what was dropped is said in an object of its own'() {
    given: 'a log that nobody can write for now'
    String path = 'bed/stalled-json'
    File fifo = bed.logFile(path)
    fifo.parentFile.mkdirs()
    assert ['mkfifo', fifo.path].execute().waitFor() == 0
    def run = new WorkerBed.Heard(path: path)

    when:
    def spec = bed.spec(logs: captured(format: Logs.Format.JSON), new dev.supervise.spec.Command.Shell(dev.supervise.spec.Value.of('head -c 3000000 /dev/zero; exit 3'), []))
    run.run = bed.worker.start(spec, bed.launch(path: path), run)
    run.pid()
    run.exit()
    File read = bed.dir.resolve('read.json').toFile()
    read.bytes = fifo.bytes
    def objects = objects(read)
    def mark = objects.findResult { it.supervise }

    then:
    mark ==~ /\d+ bytes of output dropped.*/
    original(objects).length + ((mark =~ /\d+/)[0] as int) == 3_000_000
  }

  def 'secrets are blotted out of every form'() {
    given:
    bed.secrets.add('hunter2')

    when:
    def run = ran(format: format, 'printf "pass hun"; sleep 0.05; echo ter2')

    then:
    bed.logOf(run.path).with { it.contains('pass ***') && !it.contains('hun') }

    where:
    format << Logs.Format.values()
  }
}
