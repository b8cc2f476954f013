#!/usr/bin/env supervise
// What has to run, and how. `supervise check app.groovy` shows what was understood,
// `supervise app.groovy` runs it; at its prompt, Ctrl-C twice stops it in order.

def port = freePort('web')

process('web') {
  command 'sleep', '1000'                 // your program; relative paths are the script's
  env PORT: port
  // ready { tcp port; within 30.seconds } // up when it can be talked to
  stop SIGTERM, within: 10.seconds        // then KILL, to everything it started
}

process('worker') {
  shell 'while true; do echo working; sleep 5; done'
  after 'web'                             // starts when web has
  restart onFailure                       // always, onFailure or never
  backoff initial: 200.ms, max: 30.seconds
}

function('ticker') {                      // code of this script, supervised like a process
  run { ctx ->
    while (!ctx.cancelled) {
      ctx.log.info 'tick'
      ctx.sleep 10.seconds
    }
  }
}
