package dev.supervise.text

import spock.lang.Specification

class SecretsSpec extends Specification {
  static final PEM = '-----BEGIN KEY-----\nMIIabcdef\nxyz\n-----END KEY-----\n'

  static Secrets secrets(List<String> texts) { new Secrets().tap { it.add(texts) } }

  static String streamed(Secrets secrets, List<String> pieces) {
    def stream = secrets.stream()
    def out = new ByteArrayOutputStream()
    pieces.each { out.writeBytes(stream.next(it.bytes, it.bytes.length)) }
    out.writeBytes(stream.rest())
    out.toString('UTF-8')
  }

  def 'every character that belongs to a secret is blotted out: #text'() {
    expect:
    secrets(texts).mask(text) == masked
    streamed(secrets(texts), [text]) == masked

    where:
    texts                | text                      || masked
    []                   | 'plain'                   || 'plain'
    ['']                 | 'plain'                   || 'plain'
    ['pw']               | 'a pw b pw'               || 'a *** b ***'
    ['pw', 'pw2']        | 'pw2 pw pw'               || '*** *** ***'
    ['pw2', 'pw']        | 'pw2 pw pw'               || '*** *** ***'
    ['b', 'abc']         | 'abc b'                   || '*** ***'
    ['abcdef', 'cdefgh'] | 'x abcdefgh y'            || 'x *** y'
    ['ababab']           | 'aabababab'               || 'a***'
    ['pwd12345']         | 'pwd and pwdpwd12345'     || 'pwd and pwd***'
    ['firstone', 'twotwo'] | 'firstonetwotwo'        || '******'
    ['geheim-ä']         | 'x geheim-ä'              || 'x ***'
    ['pa"ss\\w\n']       | 'pa"ss\\w'                || '***'
    ['pa"ss']            | '{"p":"pa\\"ss"}'         || '{"p":"***"}'
    ['hunter2\n']        | 'pw=hunter2 ok'           || 'pw=*** ok'
    [PEM]                | PEM                       || '***'
    [PEM]                | 'the line MIIabcdef, xyz' || 'the line ***, xyz'
    ['***']              | 'a *** b'                 || 'a *** b'
  }

  def 'one that stands in ordinary text by chance is blotted out where it is a word of its own: #text'() {
    expect: 'in what children write and in what supervise says alike'
    secrets(texts).mask(text) == masked
    streamed(secrets(texts), [text]) == masked

    where:
    texts        | text                            || masked
    ['', 'a']    | 'banana a'                      || 'banana ***'
    ['y']        | 'No such file or directory: y'  || 'No such file or directory: ***'
    ['test']     | 'the latest test, tested; test' || 'the latest ***, tested; ***'
    ['password'] | 'password=password passwords'   || '***=*** passwords'
    ['pwd1']     | 'pwdpwd1 pwd1: PWD1 "pwd1"'     || 'pwdpwd1 ***: PWD1 "***"'
    ['tok']      | '«tok» tok→ _tok tok_'          || '«***» ***→ _tok tok_'
    ['a!', 'a']  | 'a! a b!'                       || '*** *** b!'
    ['ab cd']    | 'ab cd, ab cde ab'              || '***, ab cde ab'
  }

  def 'a secret cut anywhere by the end of a piece is blotted out, and nothing else is lost: #texts'() {
    expect:
    (1..text.length() - 1).every { cut ->
      streamed(secrets(texts), [text[0..<cut], text[cut..-1]]) == masked && streamed(secrets(texts), text.toList()) == masked
    }

    where:
    texts              | text                                          || masked
    ['s3cret!', 's3']      | 'user=joe password=s3cret! end s3cre s3 s3cret!' || 'user=joe password=*** end s3cre *** ***'
    ['abcdef', 'cdefghij'] | 'abcdefghij abcdefgh cdef'                       || '*** ***gh cdef'
    ['a!', 'a']            | 'a! a b!'                                        || '*** *** b!'
  }

  def 'what is called a secret later holds from then on, in open streams too, and stays one'() {
    given:
    def secrets = new Secrets()
    def stream = secrets.stream()
    def next = { String text -> new String(stream.next(text.bytes, text.length())) }

    expect:
    stream.idle()
    next('hunter2 ') == 'hunter2 '

    when:
    secrets.add('hunter2')
    secrets.add('another')
    then:
    !stream.idle()
    next('hunter2 another') == '*** ***'
  }

  def 'many threads add and mask at once'() {
    given:
    def secrets = new Secrets()
    def threads = (0..<8).collect { n ->
      Thread.start { 200.times { secrets.add("s-$n-$it-end".toString()); assert secrets.mask("s-$n-$it-end") == '***' } }
    }
    when:
    threads*.join()
    then:
    (0..<8).every { n -> (0..<200).every { secrets.mask("s-$n-$it-end") == '***' } }
  }
}
