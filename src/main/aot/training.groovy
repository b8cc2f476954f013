// Run by bin/aot while the JVM takes notes. It takes the ways a usual script takes and ends by
// itself; what is loaded on the way is in the cache.
def greeting = param('greeting', 'hello')

include 'included.groovy'

supervisor('group') {
  strategy restForOne
  intensity 5, within: 30.seconds
  stopWithin 5.seconds

  process('first') {
    command 'sh', '-c', "echo $greeting; echo trouble >&2"
    dir '.'
    env GREETING: greeting, NOTHING: null
    limits nofile: 256
    oneShot()
  }
  process('crashes') {
    shell 'exit 3'
    after first: done
    restart onFailure
    delay 10.ms
    maxRestarts 1
  }
}

function('counts') {
  restart never
  run { ctx ->
    3.times {
      ctx.log.info "$ctx.name $it"
      ctx.sleep 1.ms
    }
    // Half a second without news: then the journal is opened.
    ctx.sleep 900.ms
  }
}

process('stopped') {
  command 'sleep', '60'
  stop SIGTERM, within: 2.seconds
  autostart false
}
