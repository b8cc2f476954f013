package dev.supervise.repl

import static dev.supervise.Tried.until

import dev.supervise.control.protocol.Feed
import dev.supervise.control.protocol.FeedItem
import java.nio.file.Path
import java.time.Duration
import spock.lang.AutoCleanup
import spock.lang.Specification
import spock.lang.TempDir

/** Tasks submitted from a typed line. */
class LiveSubmitSpec extends Specification {
  @TempDir Path dir
  @AutoCleanup LiveInstance instance

  List<String> say(connection, String line) {
    def lines = []
    connection.follow(new Feed.Typed(line, false, 0, false, false)).withCloseable { following ->
      while (true) {
        def item = following.next(Duration.ofSeconds(30)).orElseThrow()
        switch (item) {
          case FeedItem.Said: lines << item.text(); break
          case FeedItem.End: return item.why() ? lines + ['! ' + item.why()] : lines
        }
      }
    }
  }

  def 'submit has the forms it has in a script, and says why it refuses'() {
    given:
    instance = LiveInstance.start(dir, "task('import') { run { ctx, p -> p.n } }\nfunction('f') { run { it.sleep 1000.seconds } }")
    def connection = instance.connect('repl')
    def n = 'n'

    expect:
    say(connection, "def id = submit('import', [$n: \"\${1 + 1}\"], id: '6ba7b810-9dad-11d1-80b4-00c04fd430c8')")
    say(connection, 'id') == ['6ba7b810-9dad-11d1-80b4-00c04fd430c8']
    until { instance.engine.tasks().find(UUID.fromString('6ba7b810-9dad-11d1-80b4-00c04fd430c8')).get().result() == '"2"' }
    say(connection, "submit 'import', n: 3")[0] =~ /^[0-9a-f-]{36}$/
    say(connection, "submit 'import'")[0] =~ /^[0-9a-f-]{36}$/
    say(connection, "submit 'imprt'")[0].contains("did you mean 'import'?")

    cleanup:
    connection?.close()
  }
}
