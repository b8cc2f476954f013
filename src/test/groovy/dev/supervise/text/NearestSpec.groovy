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
}
