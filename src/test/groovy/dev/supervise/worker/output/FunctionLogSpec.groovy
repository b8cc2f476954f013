package dev.supervise.worker.output

import dev.supervise.worker.Output
import dev.supervise.text.Secrets
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

class FunctionLogSpec extends Specification {
  @TempDir Path dir
  def shown = Collections.synchronizedList([])
  def secrets = new Secrets()
  def log = new FunctionLog(dir.resolve('log'), { path, b, o, l -> shown << "$path: ${new String(b, o, l, 'UTF-8')}".toString() } as Output, { throw new AssertionError(it as Object) }, { System.nanoTime() }, secrets)

  def 'a line is shown and kept, line by line, secrets blotted out of both'() {
    when:
    secrets.add('hunter2')
    log.line('back/ticker', 'one hunter2\ntwo ü')
    log.close()
    then:
    shown == ['back/ticker: one ***', 'back/ticker: two ü']
    dir.resolve('log/back/ticker.log').toFile().text == 'one ***\ntwo ü\n'
    Files.getPosixFilePermissions(dir.resolve('log/back/ticker.log'))*.name().toSorted() == ['OWNER_READ', 'OWNER_WRITE']
  }

  def 'any number of functions log with a bounded number of open files'() {
    when:
    300.times { n -> 2.times { log.line("pool/$n", "line $it") } }
    log.close()
    then:
    (0..<300).every { dir.resolve("log/pool/${it}.log").toFile().text == 'line 0\nline 1\n' }
  }

  def 'nothing is made before the first line'() {
    when:
    log.close()
    then:
    !Files.exists(dir.resolve('log'))
  }
}
