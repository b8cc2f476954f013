// Functions and processes side by side.        supervise scripts/functions-and-processes.groovy
//
// A function is a closure on a thread of its own (a virtual one: thousands cost little). It is started,
// restarted, ordered and stopped by the same rules as a process: returning is success, throwing is
// failure. What it shares with others are the script's variables.
import java.util.concurrent.LinkedBlockingQueue

// Lines on their way from the process to the function. Declared outside of all blocks: there is one.
def readings = new LinkedBlockingQueue<String>()

// Each function needs its own thread only while it runs; blocking in it is fine.
function('collector') {
  restart onFailure
  delay 100.ms
  run { ctx ->
    // `save` keeps values for the next run of this unit; a crash loses the rest.
    int count = ctx.saved.count ?: 0
    if (ctx.attempt > 1) {
      ctx.log.info "run ${ctx.attempt}: going on after reading $count (previous exit ${ctx.prevExit})"
    }
    while (count < 4) {
      def line = readings.take()
      count++
      ctx.save(count: count)
      ctx.log.info "reading $count: $line"
      if (line == '2' && ctx.attempt == 1) {
        throw new IllegalStateException('disk full')     // failed: it is started again
      }
    }
  }                                                      // returned: finished, as 4 were read
}

// Starts a program itself and waits for it; an exit code other than 0 is turned into a failure.
function('sensor') {
  run { ctx ->
    def program = ['sh', '-c', 'for n in 1 2 3 4; do echo $n; sleep 0.1; done'].execute()
    program.in.eachLine { readings.put(it) }
    if (program.waitFor() != 0) {
      throw new IllegalStateException("the sensor ended with ${program.exitValue()}")
    }
  }
}

// A process under the same roof. `cancelled` turns true when a stop was asked for: see below.
process('heartbeat') { shell 'while :; do echo beat; sleep 1; done' }

// Runs until it is cancelled: the loop every long-lived function has.
function('watcher') {
  run { ctx ->
    while (!ctx.cancelled) {
      ctx.sleep 1.second                                 // ends at once when the run is cancelled
    }
    ctx.log.info 'cancelled, leaving'
  }
}

// When both have finished, this one starts, and its end is the end of the tree.
autoShutdown any
function('end') {
  after collector: done, sensor: done
  significant()
  oneShot()
  run { ctx -> ctx.log.info "all read, ${readings.size()} left over" }
}
