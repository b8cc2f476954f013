package dev.supervise.cli.run

import static dev.supervise.cli.Trees.*

import spock.lang.Specification

class DisplayNamesSpec extends Specification {
  def labels = DisplayNames.of(app(
      supervisor('a', process('x'), process('only')), supervisor('b', process('x')), process('web', instances: 2),
      pool('workers', 300, process('w'))).root())

  def 'a unit is called by its short name where only one has it: #path'() {
    expect:
    labels.of(path).text() == text
    where:
    path          | text
    'a/only'      | 'only'
    'a/x'         | 'a/x'
    'b/x'         | 'b/x'
    'web-2'       | 'web-2'
    'workers/17'  | 'workers/17'
    'added/later' | 'added/later'
  }

  def 'processes and functions are counted, supervisors are not'() {
    expect:
    labels.units() == 3 + 2 + 300
  }

  def 'the column is as wide as the widest name, pools with their numbers'() {
    expect:
    labels.width() == 'workers/300'.length()
  }

  def 'a name of absurd length does not push the others to the right'() {
    expect:
    DisplayNames.of(app(process('n' * 100)).root()).width() == 20
  }
}
