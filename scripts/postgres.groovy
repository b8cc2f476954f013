// PostgreSQL from nothing: its files are made before its first start, its table when it answers, and
// what it holds is written out before it is stopped.
//
//   supervise scripts/postgres.groovy
//
// Needs PostgreSQL (Debian: apt-get install postgresql). A cluster that is configured on this machine is
// not touched: a free port, and one directory of its own below /tmp.
def port = freePort('db')
def work = new File("/tmp/supervise-postgres-${ProcessHandle.current().pid()}")

// Debian keeps the server's programs out of everybody's PATH.
def programs = (new File('/usr/lib/postgresql').listFiles() ?: []).sort().reverse()*.path*.concat('/bin').join(':')

onStop { work.deleteDir() }

process('db') {
  // initdb and postgres refuse to be root. Hooks run as the unit's user, in its directory.
  if (System.getProperty('user.name') == 'root') {
    user 'postgres'
  }
  dir '/tmp'
  env PATH: "${sysEnv('PATH')}:$programs", PGHOST: 'localhost', PGPORT: port, PGUSER: 'app', PGDATABASE: 'postgres'

  preStart('initdb') {
    shell "[ -e $work/PG_VERSION ] || initdb --pgdata=$work --username=app --auth=trust --no-sync"
    timeout 1.minute
  }
  command 'postgres', '-D', work.path, '-p', "$port", '-h', 'localhost', '-k', work.path, '-c', 'fsync=off'

  ready { exec 'pg_isready', '--quiet'; every 100.ms; within 30.seconds }
  postStart('schema') {                             // it is ready by now; who waits for it, waits for this too
    command 'psql', '-qc', 'create table if not exists visits (at timestamptz default now())'
    onFailure retry(3, delay: 200.ms)
  }
  preStop('report') {                               // while it still answers
    command 'psql', '-Atc', "select 'visits: ' || count(*) from visits"
    onFailure ignore
  }
  postStop('told') { shell 'echo "postgres ended with $SUPERVISE_EXIT"' }
  stop SIGINT, within: 20.seconds, to: main         // PostgreSQL's fast shutdown
  logs { console false }
}
