#!/usr/bin/env supervise
process('flaky') {                        // its first run fails; it is started again after 200 ms
  shell 'echo "previous exit: ${LIFECYCLE_PREV_EXIT:-none}"; [ -n "$LIFECYCLE_PREV_EXIT" ] || exit 3'
}
process('greeter') { command 'echo', 'hello'; oneShot() }
function('last') {                        // a closure, supervised like a process
  after greeter: done, flaky: done
  run { ctx -> ctx.log.info "this is ${ctx.name}; nothing else runs, so the tree ends" }
}
