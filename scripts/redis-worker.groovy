// Jobs in redis and two workers that take them. The workers wait until redis answers, not just until
// it was started; when redis is lost, they fail, are started again, and wait for it once more.
//
//   supervise scripts/redis-worker.groovy
//
// Needs redis-server and redis-cli (Debian: apt-get install redis-server). It ends when all is done.
def port = freePort('redis')                        // children find it in SUPERVISE_PORT_REDIS

process('redis') {
  command 'redis-server', '--port', "$port", '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'
  ready {
    exec 'redis-cli', '-p', "$port", 'ping'         // done when this ends with 0, tried every 200 ms
    within 10.seconds
  }
  logs { console false; timestamps() }              // only to log/redis.log of the state directory
}

process('jobs') {
  oneShot()
  after redis: ready
  shell 'redis-cli -p "$SUPERVISE_PORT_REDIS" RPUSH jobs one two three four five six'
}

process('worker') {
  instances 2
  after redis: ready
  logs { json(); separate() }                       // for programs that collect logs
  shell '''
    while :; do
      job=$(redis-cli -p "$SUPERVISE_PORT_REDIS" --raw BLPOP jobs 1 | tail -n 1) || exit 1
      [ -n "$job" ] || continue
      echo "$job done"
      redis-cli -p "$SUPERVISE_PORT_REDIS" INCR done >/dev/null
    done
  '''
}

// Looks until all six are done, and ends the program with itself.
autoShutdown any
function('end') {
  oneShot()
  significant()
  after redis: ready
  run { ctx ->
    def done = { -> ['redis-cli', '-p', "$port", 'GET', 'done'].execute().text.trim() }
    while (done() != '6') {
      ctx.sleep 50.ms
    }
    ctx.log.info 'six jobs done'
  }
}
