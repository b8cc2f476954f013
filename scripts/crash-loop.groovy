// A unit that cannot run, and how its failure climbs.        supervise scripts/crash-loop.groovy
//
// `broken` fails as soon as it starts. Its supervisor grants 2 restarts within 10 seconds; the third
// failure stops the siblings and is the supervisor's own. The root does the same one floor up: it grants
// the supervisor 1 restart, in which everything happens once more, and then gives up. The program ends
// with exit code 1 and says why on its last line. In all, `broken` runs 6 times.
//
// Without the two `intensity` lines the outcome is another: the root's default is `unlimited`, a declared
// supervisor's is 10 within 30 seconds, and the pauses of the default backoff grow (0.2 s, 0.4 s, 0.8 s …)
// so that 10 restarts take longer than that. The unit is tried for ever, at most every 30 seconds.

intensity 1, within: 30.seconds                     // the script's top level is the root supervisor

supervisor('backend') {
  intensity 2, within: 10.seconds
  delay 200.ms                                      // a supervisor is a unit too: its own pause

  process('broken') {
    shell 'echo "cannot open /no/such/database" >&2; exit 3'
    delay 100.ms                                    // instead of a growing pause: a fixed one
  }
  process('sibling') { command 'sleep 1000' }       // stopped each time the supervisor fails
}

process('bystander') { command 'sleep 1000' }       // runs on, until the root gives up
