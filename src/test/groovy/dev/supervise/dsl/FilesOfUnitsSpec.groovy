package dev.supervise.dsl

/// Two units never write the same file.
class FilesOfUnitsSpec extends Scripted {

  /// A mistake with the script's directory as `~`.
  List<String> told(String script) {
    mistakes(script)*.replace(home.toRealPath().toString(), '~')
  }

  def 'one file for two is a mistake at the second: #what'() {
    when:
    def told = told(script)
    then:
    told.size() == 1
    told[0].startsWith('app.groovy:2: ')
    told[0].contains(why)
    told[0].endsWith('; give one of them another name')
    where:
    what                                  | why                                                                                      | script
    'a log, and a folder of its name'     | "process 'a.log/b': its log would lie below the log of process 'a' (app.groovy:1), ~/.supervise/app/log/a.log/b.log and ~/.supervise/app/log/a.log" | "process('a') { command 'x' }\nsupervisor('a.log') { process('b') { command 'x' } }"
    'the other way round'                 | "process 'a': the log of process 'a.log/b' would lie below its log (app.groovy:1)"        | "supervisor('a.log') { process('b') { command 'x' } }\nprocess('a') { command 'x' }"
    'a folder two steps down'             | "would lie below the log of process 'a'"                                                 | "process('a') { command 'x' }\nsupervisor('a.log') { supervisor('c') { function('b') { run { ctx -> } } } }"
    'a pool of its name'                  | "pool 'a.log': its log would lie below the log of process 'a'"                           | "process('a') { command 'x' }\npool('a.log') { template { process { command 'x' } } }"
    'an older log, and a folder'          | "would lie below the log of process 'a'"                                                 | "process('a') { command 'x' }\nsupervisor('a.log.3') { process('b') { command 'x' } }"
    'instances, and a folder'             | "would lie below the log of process 'w'"                                                 | "process('w') { command 'x'; instances 3 }\nsupervisor('w-2.log') { process('b') { command 'x' } }"
    'a folder, and instances'             | "would lie below its log"                                                                | "supervisor('w-2.log') { process('b') { command 'x' } }\nprocess('w') { command 'x'; instances 3 }"
    'a task and a unit'                   | "task 'import': its log would be written over the log of process 'tasks/import'"         | "supervisor('tasks') { process('import') { command 'x' } }\ntask('import') { run { ctx, p -> } }"
    'logs file twice'                     | "process 'b': its log would be written over the log of process 'a' (app.groovy:1), ~/x.log" | "process('a') { command 'x'; logs { file 'x.log' } }\nprocess('b') { command 'x'; logs { file './x.log' } }"
    'logs file by another way'            | 'would be written over the log of'                                                       | "process('a') { command 'x'; dir 'd'; logs { file '../x.log' } }\nprocess('b') { command 'x'; logs { file 'x.log' } }"
    'absolute, dir not known yet'         | 'would be written over the log of'                                                       | "process('a') { command 'x'; logs { file '/var/x.log' } }\nprocess('b') { command 'x'; dir { '/y' }; logs { file '/var/x.log' } }"
    'a log of a name set aside'           | "would be written over the log of process 'a'"                                           | "process('a') { command 'x'; logs { file 'x.log' } }\nprocess('b') { command 'x'; logs { file 'x.log.5' } }"
    'the other way round, set aside'      | "would be written over the log of process 'b'"                                           | "process('b') { command 'x'; logs { file 'x.log.5' } }\nprocess('a') { command 'x'; logs { file 'x.log' } }"
    'standard error kept apart'           | "process 'b': its log would be written over the log of errors of process 'a'"            | "process('a') { command 'x'; logs { file 'x.log'; separate() } }\nprocess('b') { command 'x'; logs { file 'x.err.log' } }"
    'one of several instances'            | "would be written over the log of process 'w'"                                           | "process('w') { command 'x'; instances 20; logs { file 'w.log' } }\nprocess('b') { command 'x'; logs { file 'w-17.log' } }"
    'an older log of an instance'         | "would be written over the log of process 'w'"                                           | "process('w') { command 'x'; instances 20; logs { file 'w.log' } }\nprocess('b') { command 'x'; logs { file 'w-17.log.2' } }"
    'instances of two'                    | "would be written over the log of process 'w'"                                           | "process('w') { command 'x'; instances 2; logs { file 'w.log' } }\nprocess('v') { command 'x'; instances 9; logs { file 'w.log' } }"
    'a usual log by name'                 | "would be written over the log of process 'a'"                                           | "process('a') { command 'x' }\nprocess('b') { command 'x'; logs { file '.supervise/app/log/a.log' } }"
    'pidFile twice'                       | "process 'b': its pid file would be written over the pid file of process 'a'"            | "process('a') { command 'x'; pidFile 'run/x.pid' }\nprocess('b') { command 'x'; pidFile 'run/x.pid' }"
    'pidFile of an instance'              | "would be written over the pid file of process 'w'"                                      | "process('w') { command 'x'; instances 2; pidFile 'x.pid' }\nprocess('b') { command 'x'; pidFile 'x-2.pid' }"
    'a pid file and a log'                | "process 'b': its pid file would be written over the log of process 'a'"                 | "process('a') { command 'x'; logs { file 'x' } }\nprocess('b') { command 'x'; pidFile 'x' }"
  }

  def "a unit's own files may not be one either"() {
    expect:
    told("process('a') { command 'x'; logs { file 'x' }; pidFile 'x' }") ==
        ["app.groovy:1: process 'a': its pid file would be written over its own log, ~/x; give one of them another name"]
  }

  def "files of supervise's own are no unit's: #words"() {
    expect:
    told("process('a') { command 'x'; $words }") ==
        ["app.groovy:1: process 'a': its $what would be among the files that supervise keeps for itself, ~/.supervise/app/$file; give it another place"]
    where:
    words                                                    | what       | file
    "logs { file '.supervise/app/lock' }"                    | 'log'      | 'lock'
    "pidFile '.supervise/app/state.db'"                      | 'pid file' | 'state.db'
    "dir '.supervise'; pidFile 'app/new/x.pid'; logs none"   | 'pid file' | 'new/x.pid'
    "logs { file '.supervise/app/log/../journal.db-wal' }"   | 'log'      | 'journal.db-wal'
  }

  def 'children of a pool have logs of their own, and can have no file that a name is given to'() {
    expect:
    told("pool('w') { template { process { command 'x'; logs { file 'w.log' } } } }") ==
        ["app.groovy:1: pool 'w': its children would all write the log 'w.log'; leave file out, and each has its own, log/w/1.log and so on"]
    told("pool('w') { template { process { command 'x'; pidFile 'w.pid' } } }") ==
        ["app.groovy:1: pool 'w': its children would all write the pid file 'w.pid'; declare processes with pid files one by one, or with instances"]
  }

  def 'what is no clash is none: #what'() {
    expect:
    told(script) == []
    where:
    what                           | script
    'the same in two folders'      | "supervisor('a') { process('x') { command 'x' } }\nsupervisor('b') { process('x') { command 'x' } }"
    'the same name with instances' | "process('w') { command 'x'; instances 3; logs { file 'w.log' }; pidFile 'w.pid' }"
    'beyond the instances'         | "process('w') { command 'x'; instances 3; logs { file 'w.log' } }\nprocess('b') { command 'x'; logs { file 'w-4.log' } }"
    'the file of many itself'      | "process('w') { command 'x'; instances 3; logs { file 'w.log' } }\nprocess('b') { command 'x'; logs { file 'w.log' } }"
    'beyond what is kept'          | "process('a') { command 'x'; logs { file 'x.log'; rotate 1.MB, keep: 2 } }\nprocess('b') { command 'x'; logs { file 'x.log.3' } }"
    'a device'                     | "process('a') { command 'x'; logs { file '/dev/null' } }\nprocess('b') { command 'x'; logs { file '/dev/null' } }"
    'no log at all'                | "process('a') { command 'x'; logs none }\nsupervisor('a.log') { process('b') { command 'x' } }"
    'a dir that comes later'       | "process('a') { command 'x'; dir { '/a' }; logs { file 'x.log' } }\nprocess('b') { command 'x'; dir { '/b' }; logs { file 'x.log' } }"
    'a pool beside its namesake'   | "pool('w') { template { process { command 'x' } } }\nprocess('w-1') { command 'x' }"
  }

  def 'ten thousand units and a hundred thousand instances are looked at in no time'() {
    given:
    def text = "(1..10_000).each { n -> process(\"p\$n\") { command 'x'; logs { file \"log/\${n}.log\" } } }\nprocess('w') { command 'x'; instances 100_000 }"
    def app = load(text)
    when:
    long begun = System.nanoTime()
    def problems = dev.supervise.spec.FileClaims.of(app, java.nio.file.Path.of('/state/log'))
    long took = System.nanoTime() - begun
    then:
    problems == []
    took < 5_000_000_000L
  }
}
