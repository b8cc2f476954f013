package dev.supervise.cli

import spock.lang.Specification

class MissingScriptSpec extends Specification {
  def 'a word that is neither a verb nor a script is answered with the verb that was meant: #word'() {
    expect:
    MissingScript.sentence(word) { Arguments.commands()*.name() }.get() == said

    where:
    word         || said
    'strat'      || "'strat' is neither a verb nor a script (did you mean 'start'?)"
    'kill'       || "'kill' is neither a verb nor a script (did you mean signal, or down --kill?)"
    'list'       || "'list' is neither a verb nor a script (did you mean ps?)"
    'xyzzy'      || "'xyzzy' is neither a verb nor a script; --help lists the verbs"
    'a.groovy'   || "no script 'a.groovy'"
    './strat'    || "no script './strat'"
    'app.groovy' || 'there is no ./app.groovy; name a script, or write one with init'
    'a\0b'       || "no script 'a\\u0000b'"
  }

  def 'where only a script can be meant no verb is offered'() {
    expect:
    MissingScript.sentence("strat").get() == "no script 'strat'"
  }

  def 'what is there, whatever it is, is left to the loader'() {
    expect:
    MissingScript.sentence('/dev/null') { ["ps"] }.empty
    MissingScript.sentence('.') { ["ps"] }.empty
  }
}
