import java.time.Duration

// A feature that hangs is a failure, not a run that never ends. Soaks that take longer say so themselves.
timeout {
  globalTimeout Duration.ofMinutes(10)
}
