// Pools: any number of units of one kind.        supervise scripts/pool.groovy
//                                                supervise -P workers=8 scripts/pool.groovy
//
// A pool's children are numbered from 1 and share one template; the pool is their supervisor, with the
// strategy `oneForOne`.
import java.util.concurrent.ConcurrentLinkedQueue
import java.util.concurrent.CountDownLatch

def workers = param('workers', 3)                   // from the command line; converted to a number

// Jobs for functions. One of them is bad.
def jobs = new ConcurrentLinkedQueue<String>(['one', 'two', 'bad', 'three', 'four', 'five', 'six'])
def finished = new CountDownLatch(6)

pool('workers') {
  size workers
  template {
    function {
      delay 100.ms
      run { ctx ->
        while (!ctx.cancelled) {
          def job = jobs.poll()
          if (job == null) {
            ctx.sleep 50.ms
            continue
          }
          if (job == 'bad') {
            throw new IllegalArgumentException("cannot do '$job'")    // this worker is started again
          }
          ctx.sleep 300.ms
          ctx.log.info "did $job"
          finished.countDown()
        }
      }
    }
  }
}

// The same with processes: each child knows its full name.
pool('pollers') {
  size 2
  stopWithin 5.seconds
  template {
    process { shell 'echo "I am $SUPERVISE_UNIT"; exec sleep 1000' }
  }
}

// Gives the pool more workers half a second later, and ends the program when all good jobs are done.
autoShutdown any
function('manager') {
  significant()
  oneShot()
  run { ctx ->
    ctx.sleep 500.ms
    ctx.tree.scale 'workers', workers + 2           // `ctx.tree` is the running tree
    finished.await()
    ctx.log.info "all done by ${ctx.tree.units().count { it.startsWith('workers/') }} workers"
  }
}
