package dev.supervise.verb

import java.time.Duration
import spock.lang.Specification

/** The words behind a verb, read by what the verb declares. */
class OptionsSpec extends Specification {
  static final FOLLOW = Option.flag('go on', '-f', '--follow')
  static final COUNT = Option.of('50', 'so many', '-n')
  static final WHEN = Option.of('soon|late', 'when', '--when')
  static final PAIR = Option.of('KEY=VALUE', 'a pair', '-P').repeating()
  static final EVERY = Option.of('2s', 'how often', '--every').with('-f')
  static final SHORT = Option.flag('names alone', '-q').not('--when')

  static Command command(Usage... usages) {
    new Command() {
      String name() { 'play' }
      String purpose() { 'play' }
      List<Usage> usages() { usages.toList() }
    }
  }

  static read(String... words) {
    Options.of(command(Usage.of('[NAME...]', FOLLOW, COUNT, WHEN, SHORT, PAIR, EVERY)), words.toList())
  }

  static why(String... words) {
    try {
      read(words)
      null
    } catch (Options.Wrong e) {
      e.message
    }
  }

  def 'an option may be typed in every usual way and stands anywhere: #words'() {
    expect:
    with(read(*words)) {
      value('-n') == Optional.of('5')
      has('-f')
      it.words() == ['a', 'b']
    }
    where:
    words << [['-n', '5', '-f', 'a', 'b'], ['a', '-n5', 'b', '--follow'], ['--follow', 'a', 'b', '-n', '5'], ['-f', '-f', '-n5', 'a', '--', 'b']]
  }

  def 'behind -- nothing is an option'() {
    expect:
    read('-n', '5', '--', '-f', '--when').words() == ['-f', '--when']
    !read('--', '-f').has('-f')
    read('-').words() == ['-']
  }

  def 'what is wrong with the words is said: #words'() {
    expect:
    why(*words) == said
    where:
    words                             | said
    ['--folow']                       | "unknown option '--folow' (did you mean '--follow'?)"
    ['--zzzzzzzz']                    | "unknown option '--zzzzzzzz'; allowed are --every --follow --help --when -P -f -h -n -q"
    ['-n']                            | "option '-n' needs a value"
    ['--follow=yes']                  | "option '-f' takes no value"
    ['--when', 'never']               | "--when 'never' is not one of soon, late"
    ['-n5', '-n', '6']                | "option '-n' is given twice; it counts once"
    ['-q', '--when', 'soon']          | '--when and -q exclude each other; allowed is one'
    ['--when=soon', '-q']             | '--when and -q exclude each other; allowed is one'
    ['--every', '1s']                 | '--every goes with -f: alone it has no effect'
    ['--every', '1s', '-f', '-P', 'x'] | null
  }

  def 'what may repeat counts each time, a key once'() {
    expect:
    read('-P', 'a=1', '-Pb=2=3', '-P', 'c=').pairs('-P', 'x=y') == [a: '1', b: '2=3', c: '']
    when:
    read(*words).pairs('-P', 'x=y')
    then:
    def e = thrown(Options.Wrong)
    e.message == said
    where:
    words                    | said
    ['-P', 'a=1', '-P', 'a=1'] | '-P a is given twice'
    ['-P', '=1']             | '-P =1: not of the form key=value; say for example -P x=y'
  }

  def 'a time is read as scripts write it, in seconds without a unit: #text'() {
    expect:
    read('-f', '--every', text).span('--every').get() == Duration.parse(time)
    where:
    text    | time
    '5'     | 'PT5S'
    '1.5'   | 'PT1.5S'
    '500ms' | 'PT0.5S'
    '2m'    | 'PT2M'
    '1h'    | 'PT1H'
  }

  def 'what is no time, or longer than one can be waited for, is refused: #text'() {
    when:
    read('-f', '--every', text).span('--every')
    then:
    thrown(Options.Wrong)
    where:
    text << ['', 'soon', '-5s', '5 parsecs', '999999999d', '1e9']
  }

  def 'help is found whatever else is wrong, but not behind an option or --'() {
    expect:
    read('--help').help()
    read('-n', '5', '-h').help()
    read('--nonsense', '--help').help()
    !read('-n', '-h').help()
    !read('--', '--help').help()
  }

  def 'of several ways to say a verb the first word chooses, which may stand behind what every verb takes'() {
    given:
    def several = command(Usage.chosen('send', 'TYPE', COUNT), Usage.chosen('list', '', FOLLOW))
    def more = [Option.of('SCRIPT', 'whose', '-s')]
    expect:
    with(Options.of(several, words, more)) {
      usage().word() == 'list'
      value('-s') == Optional.of('x')
      has('-f')
    }
    where:
    words << [['list', '-f', '-s', 'x'], ['-s', 'x', 'list', '-f'], ['-sx', 'list', '-f']]
  }

  def 'an option of another way is none of this one; a word that chooses none is said'() {
    given:
    def several = command(Usage.chosen('send', 'TYPE', COUNT), Usage.chosen('list', '', FOLLOW))
    when:
    Options.of(several, words)
    then:
    def e = thrown(Options.Wrong)
    e.message.startsWith(said)
    where:
    words          | said
    ['send', '-f'] | "unknown option '-f'"
    ['lst']        | "no 'lst' (did you mean 'list'?)"
    []             | 'missing: send, list'
  }

  def 'usage shows what excludes each other and what may repeat'() {
    expect:
    Usage.of('NAME...', FOLLOW, WHEN, SHORT, PAIR).text() == 'NAME... [-f] [--when soon|late | -q] [-P KEY=VALUE]...'
  }

  def 'what a verb declares is whole: #verb.name()'() {
    expect: 'names are said once, and what an option refers to is there'
    verb.usages().every { usage ->
      def names = usage.options().collectMany { it.names() }
      names == names.unique(false) &&
          usage.options().every { (it.rival() ?: names[0]) in names && (it.needs() ?: names[0]) in names && it.about() }
    }
    where:
    verb << Verbs.all() + [new DumpVerb(), new HelpVerb({ [] })]
  }
}
