// The three strategies of OTP, side by side.        supervise scripts/otp-strategies.groovy
//
// Each supervisor has three children. The one in the middle fails once, half a second after its first
// start. What happens to its siblings is the strategy:
//
//   oneForOne    the others notice nothing           middle is started 2 times, its siblings once
//   oneForAll    all are stopped and started again   everybody is started 2 times
//   restForOne   those declared after it are         first once, middle and last 2 times
//
// A stop runs from the last to the first, the start that follows from the first to the last.

// Words are ordinary calls, so methods and loops of the script may say them. Names are unique in their
// supervisor only: these three say 'first', 'middle' and 'last' three times.
void threeChildren() {
  process('first') { command 'sleep 1000' }
  process('middle') {
    // A run is told how the one before it ended. The first run finds nothing, and fails.
    shell '[ -n "$LIFECYCLE_PREV_EXIT" ] && exec sleep 1000; sleep 0.5; exit 1'
    delay 100.ms
  }
  process('last') { command 'sleep 1000' }
}

supervisor('one-for-one') {
  strategy oneForOne
  threeChildren()
}
supervisor('one-for-all') {
  strategy oneForAll
  threeChildren()
}
supervisor('rest-for-one') {
  strategy restForOne
  threeChildren()
}

// The show ends by itself: the end of a significant unit takes its supervisor down, here the root. Its
// exit code (0: it returned) becomes that of the program.
autoShutdown any
function('curtain') {
  significant()
  oneShot()
  run { ctx -> ctx.sleep 3.seconds }
}
