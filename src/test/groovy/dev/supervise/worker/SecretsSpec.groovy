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
    ['pwd1']             | 'pwd and pwdpwd1'     || 'pwd and pwd***'
    ['geheim-ä']         | 'x geheim-ä'          || 'x ***'
    ['', 'a']            | 'banana'              || 'b***n***n***'
    ['abab']             | 'aababab'             || 'a***ab'
  }

  def 'a secret cut anywhere by the end of a piece is blotted out, and nothing else is lost'() {
    given:
    String text = 'user=joe password=s3cret! end s3cre s3cret!'
    def secrets = new Secrets(['s3cret!', 's3'])

    expect:
    (1..text.length() - 1).every { cut ->
      def mask = new Secrets.Mask(secrets)
      def out = new ByteArrayOutputStream()
      [text[0..<cut], text[cut..-1]].each { out.write(mask.next(it.bytes, it.length())) }
      out.write(mask.rest())
      out.toString() == 'user=joe password=*** end ***cre ***'
    }
  }
}
