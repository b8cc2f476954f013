package dev.supervise.worker

import spock.lang.Specification

class SecretsSpec extends Specification {
  def 'every secret is blotted out: #text'() {
    expect:
    new Secrets(secrets).mask(text) == masked

    where:
    secrets              | text                  || masked
    []                   | 'plain'               || 'plain'
    ['pw']               | 'a pw b pw'           || 'a *** b ***'
    ['pw', 'pw2']        | 'pw2 pw pw'           || '*** *** ***'
    ['pwd12345']         | 'pwd and pwdpwd12345' || 'pwd and pwd***'
    ['geheim-ä']         | 'x geheim-ä'          || 'x ***'
    ['ababab']           | 'aabababab'           || 'a***ab'
  }

  def 'one that stands in ordinary text by chance is blotted out where it is a word of its own: #text'() {
    expect: 'in what children write and in what supervise says alike'
    new Secrets(secrets).mask(text) == masked
    new dev.supervise.spec.Mask(secrets as Set).of(text) == masked

    where:
    secrets      | text                              || masked
    ['', 'a']    | 'banana a'                        || 'banana ***'
    ['y']        | 'No such file or directory: y'    || 'No such file or directory: ***'
    ['test']     | 'the latest test, tested; test'   || 'the latest ***, tested; ***'
    ['password'] | 'password=password passwords'     || '***=*** passwords'
    ['pwd1']     | 'pwdpwd1 pwd1: PWD1 "pwd1"'       || 'pwdpwd1 ***: PWD1 "***"'
    ['tok']      | '«tok» tok→ _tok tok_'            || '«***» ***→ _tok tok_'
    ['a!', 'a']  | 'a! a b!'                         || '*** *** b!'
    ['ab cd']    | 'ab cd, ab cde ab'                || '***, ab cde ab'
  }

  def 'a secret cut anywhere by the end of a piece is blotted out, and nothing else is lost'() {
    given:
    String text = 'user=joe password=s3cret! end s3cre s3 s3cret!'
    def secrets = new Secrets(['s3cret!', 's3'])

    expect:
    (1..text.length() - 1).every { cut ->
      def mask = new Secrets.Mask(secrets)
      def out = new ByteArrayOutputStream()
      [text[0..<cut], text[cut..-1]].each { out.write(mask.next(it.bytes, it.length())) }
      out.write(mask.rest())
      out.toString() == 'user=joe password=*** end s3cre *** ***'
    }
  }
}
