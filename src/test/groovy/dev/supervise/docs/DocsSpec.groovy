package dev.supervise.docs

import java.nio.file.Files
import java.nio.file.Path
import spock.lang.Specification
import spock.lang.TempDir

/** What the pages say is so: every script on them is loaded, every link leads somewhere. */
class DocsSpec extends Specification {

  @TempDir
  Path dir

  def "scripts on #page.path load, or answer what the page says"() {
    expect: "in order, in one directory: a later script may include an earlier one"
    page.examples.each { example ->
      // The whole text, so that a failure shows the page's and the loader's side by side.
      assert "$example\n${example.mistakes(dir)}".toString() == "$example\n${example.answer}".toString()
    }

    where:
    page << Page.all().findAll { it.examples }
  }

  def "there is something to load on the README and on every page of a word"() {
    expect:
    Page.all().first().examples
    Page.words().findAll { !it.value.examples }.keySet() == [] as Set
  }

  def "the README's first script is scripts/hello.groovy"() {
    expect:
    Page.all().first().examples.first().script == Files.readString(Path.of('scripts/hello.groovy'))
  }

  def "links between pages lead somewhere"() {
    expect:
    page.brokenLinks == []

    where:
    page << Page.all()
  }
}
