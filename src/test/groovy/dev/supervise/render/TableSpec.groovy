package dev.supervise.render

import static dev.supervise.render.Table.Column.number
import static dev.supervise.render.Table.Column.text

import spock.lang.Specification

class TableSpec extends Specification {
  static final WIDE = new OutputFormat(0, false, true)

  static Table units() {
    new Table(text('NAME').giving(), text('STATUS'), number('PID').sparing(2), text('DETAIL').giving().sparing(1))
        .row('backend/db', 'running', 4711, '')
        .row('api', 'backing-off', '', 'exit 1 after 0.8 s')
  }

  def 'columns are as wide as their widest cell, numbers to the right'() {
    expect:
    units().lines(WIDE) == [
        'NAME        STATUS        PID  DETAIL',
        'backend/db  running      4711',
        'api         backing-off        exit 1 after 0.8 s']
  }

  def 'a line never exceeds the width as long as there is something to cut or to leave out: #width'() {
    when:
    def lines = units().lines(new OutputFormat(width, false, true))

    then:
    lines.every { TextWidth.width(it) <= width }

    where:
    width << (21..60)
  }

  def 'what gives way is cut first, then what can be spared goes, the most dispensable first'() {
    expect:
    units().lines(new OutputFormat(40, false, true))[2] == 'api         backing-off        exit 1 a…'
    units().lines(new OutputFormat(34, false, true))[0] == 'NAME        STATUS       DETAIL'
    units().lines(new OutputFormat(21, false, true)) ==
        ['NAME      STATUS', 'backend…  running', 'api       backing-off']
    units().lines(new OutputFormat(40, false, false))[2].endsWith('exit 1 a~')
  }

  def 'a column that says nothing is not shown, unless it always is'() {
    expect:
    new Table(text('A'), text('B').sparing(1), text('C')).row('x', '', '').lines(WIDE) == ['A  C', 'x']
  }

  def 'wide characters take two columns, accents on a letter none'() {
    expect:
    new Table(text('A'), text('B')).row('日本', 1).row('e\u0301', 2).row('abcd', 3).lines(WIDE) ==
        ['A     B', '日本  1', 'e\u0301     2', 'abcd  3']
    TextWidth.fit('日本語', 4, true) == '日…'
  }

  def 'nothing in a cell moves the cursor'() {
    expect:
    new Table(text('A')).row('a\033[2Jb\r\nc').lines(WIDE)[1] == 'a [2Jb  c'
  }

  def 'colour paints the text and changes no width'() {
    given:
    def table = new Table(text('A'), text('B')).row(new Table.Cell('up', Style.GOOD), 'x').row('longer', 'y')

    expect:
    table.lines(new OutputFormat(0, true, true))*.replaceAll(/\033\[[0-9;]*m/, '') == table.lines(WIDE)
    table.lines(new OutputFormat(0, true, true))[1].contains('\033[32mup')
  }

  def 'the locale decides about characters beyond ASCII: #env'() {
    expect:
    OutputFormat.utf8(env) == utf8

    where:
    env                                    | utf8
    [:]                                    | false
    [LANG: 'C']                            | false
    [LANG: 'de_DE.UTF-8']                  | true
    [LANG: 'de_DE.utf8', LC_ALL: 'C']      | false
    [LANG: 'C', LC_CTYPE: 'C.UTF-8']       | true
    [LANG: 'C.UTF-8', LC_ALL: '']          | true
  }
}
