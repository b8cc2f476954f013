package dev.supervise.worker

/** Started as a process of its own by SupervisorKilledSpec: begins to start 400 children and is killed meanwhile. */
class Storm {
  static void main(String[] args) {
    String tag = args[0]
    def bed = new WorkerBed()
    println bed.dir
    (1..400).each { i ->
      switch (i % 4) {
        case 0 -> bed.argv('/bin/sleep', tag)
        case 1 -> bed.shell("setsid sleep $tag & sleep $tag".toString())
        case 2 -> bed.shell("(setsid sh -c '(sleep $tag &) ; exec sleep $tag' &) ; exec env -i sleep $tag".toString())
        default -> bed.shell("trap '' TERM HUP INT; sleep $tag; sleep $tag".toString())
      }
      if (i == 1) {
        println 'go'
        System.out.flush()
      }
    }
    Thread.sleep(60_000)
  }
}
