package dev.supervise.worker

import spock.lang.Specification
import spock.lang.Timeout

@Native
@Timeout(60)
class SupervisorKilledSpec extends Specification {
  static List<Integer> carrying(String tag) {
    new File('/proc').listFiles().findAll { it.name ==~ /\d+/ }.findAll {
      try {
        def words = new File(it, 'cmdline').text.split('\0')
        words.any { word -> word.contains(tag) } && !words.any { word -> word.contains('Storm') }
      } catch (IOException gone) {
        false
      }
    }*.name*.toInteger()
  }

  def 'a supervisor killed in the middle of a start storm leaves nothing alive (#delay ms into it)'() {
    given:
    String tag = "4${System.nanoTime() % 1_000_000}"
    String classPath = System.getProperty('surefire.test.class.path') ?: System.getProperty('java.class.path')
    def storm = new ProcessBuilder([System.getProperty('java.home') + '/bin/java', '--enable-native-access=ALL-UNNAMED',
        '-XX:-MaxFDLimit', '-XX:TieredStopAtLevel=1', '-cp', classPath, 'dev.supervise.worker.Storm', tag] as List<String>)
        .redirectError(ProcessBuilder.Redirect.INHERIT).start()
    def said = storm.inputReader()
    def dir = said.readLine()
    said.readLine() == 'go'

    when:
    Thread.sleep(delay)
    int before = carrying(tag).size()
    storm.destroyForcibly().waitFor()

    then:
    before > 0
    WorkerBed.until(5) { carrying(tag).empty }

    cleanup:
    storm?.destroyForcibly()
    dir && new File(dir).deleteDir()

    where:
    delay << [20, 150]
  }
}
