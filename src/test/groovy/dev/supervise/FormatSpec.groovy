package dev.supervise

import com.google.googlejavaformat.java.Formatter
import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification

class FormatSpec extends Specification {

  def "every Java source is as google-java-format writes it"() {
    given:
    def sources = ['src/main/java', 'src/test/java'].collect { Path.of(it) }
        .findAll { Files.isDirectory(it) }
        .collectMany { root -> Files.walk(root).withCloseable { it.toList() } }
        .findAll { it.toString().endsWith('.java') }

    when:
    def formatter = new Formatter()
    def wrong = sources.findAll {
      def text = Files.readString(it)
      formatter.formatSourceAndFixImports(text) != text
    }

    then: "what is listed here is put right by bin/format"
    wrong == []
    sources.size() > 10
  }
}
