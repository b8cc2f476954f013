package dev.supervise.text

import spock.lang.Specification

class NearestSpec extends Specification {
  def 'a unit is near by as much of its path as was written: #name'() {
    expect:
    Nearest.path(name, paths) == near

    where:
    name         | paths                                 || near
    'dbb'        | ['backend/db', 'web']                 || 'backend/db'
    'backend/dv' | ['backend/db', 'web']                 || 'backend/db'
    'bakend/db'  | ['all/backend/db', 'web']             || 'all/backend/db'
    'wbe'        | ['backend/web', 'web']                || 'backend/web'
    'wbe'        | ['web']                               || 'web'
    'wrokers'    | ['workers', 'workers/1']              || 'workers'
    'backend.db' | ['backend/db']                        || 'backend/db'
    'cache'      | ['backend/db', 'web']                 || ''
    'db'         | []                                    || ''
  }

  def 'names that share no letter are never near, and no more than three letters are wrong: #name'() {
    expect:
    Nearest.to(name, known) == near

    where:
    name                 | known                  || near
    'x'                  | ['y', 'zz']            || ''
    'x'                  | ['X']                  || 'X'
    'ab'                 | ['cd']                 || ''
    'unlimitedrestartss' | ['unlimitedrestarts']  || 'unlimitedrestarts'
    'unlxxxxedrestarts'  | ['unlimitedrestarts']  || ''
  }

  def 'distance counts inserted, deleted, replaced and swapped letters'() {
    expect:
    Nearest.distance(a, b) == letters
    Nearest.distance(b, a) == letters

    where:
    a      | b       | letters
    ''     | ''      | 0
    ''     | 'abc'   | 3
    'abc'  | 'abc'   | 0
    'abc'  | 'acb'   | 1
    'abc'  | 'abd'   | 1
    'abc'  | 'abcd'  | 1
    'abc'  | 'xyz'   | 3
  }
}
