package dev.supervise.dsl.script

import spock.lang.Specification

class UsesSpec extends Specification {
  def 'what code does to q: #code'() {
    given:
    def uses = Uses.of([code])

    expect:
    [uses.written('q'), uses.assigned('q')] == [written, assigned]

    where:
    code                                     || written | assigned
    'q.each { println it }'                  || false   | false
    'for (x in q) { println x }'             || false   | false
    'println q'                              || false   | false
    'println(q)'                             || false   | false
    'ctx.log.info q'                         || false   | false
    'ctx.log "now $q and ${q}"'              || false   | false
    'ctx.log "now ${q << 1}"'                || true    | false
    "ctx.log 'now q << 1'"                   || false   | false
    '// q << 1\nq.size()'                    || false   | false
    '/* q << 1 */ q.size()'                  || false   | false
    'if (q && !q.empty) 1'                   || false   | false
    'q == other || other == q'               || false   | false
    'q + [1]'                                || false   | false
    'q[0].name'                              || false   | false
    'q.url'                                  || false   | false
    '[q: 1]'                                 || false   | false
    'x.q.size()'                             || false   | false
    'def q = 1'                              || false   | false
    'q << 1'                                 || true    | false
    'q <<= 1'                                || true    | false
    'q[0] = 1'                               || true    | false
    'q[0] += 1'                              || true    | false
    'q[0]++'                                 || true    | false
    'q.name = 1'                             || true    | false
    'q?.inner.add(1)'                        || true    | false
    'q.put 1'                                || true    | false
    'q\n  .collect { it }\n  .add(1)'        || true    | false
    'q.poll()'                               || true    | false
    'q.computeIfAbsent(1) { [] }'            || true    | false
    'fill(q)'                                || true    | false
    'fill(1, q)'                             || true    | false
    'fill 1, q'                              || true    | false
    'new Worker(q).run()'                    || true    | false
    'def m = q'                              || true    | false
    'x << q'                                 || true    | false
    'return q'                               || true    | false
    '{ -> q }'                               || true    | false
    'q = 1'                                  || false   | true
    'q += 1'                                 || false   | true
    'q++'                                    || false   | true
    '--q'                                    || false   | true
    'q ?= 1'                                 || false   | true
    'else q = 1'                             || false   | true
    'this.q = 1'                             || false   | true
    'Db.q = 1'                               || false   | true
    'q >= 1 && q <= 2 && q != 3'             || false   | false
    'q == 1'                                 || false   | false
    'q =~ /x/'                               || false   | false
  }
}
