package dev.supervise.verb;

import dev.supervise.control.protocol.Connection;
import dev.supervise.run.SystemClock;
import java.time.Duration;
import java.util.Optional;

/// Whether an instance is alive, for one who waits for long.
public final class Pulse {
  /// How often one who waits asks. One that does not answer once may be busy; twice in a row, it is
  /// not waited for.
  static final Duration EVERY = Duration.ofSeconds(5);

  /// An instance that keeps the limit itself has more to say than we.
  static final Duration COURTESY = Duration.ofMillis(300);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LONGEST = Duration.ofSeconds(20);
  private static final SystemClock CLOCK = new SystemClock();

  private final Connection connection;
  private int missed;
  private long asked = CLOCK.now();
  private Duration pause = EVERY;
  private boolean givenUp;

  public Pulse(Connection connection) {
    this.connection = connection;
  }

  /// It has said something.
  void felt() {
    missed = 0;
    pause = EVERY;
    asked = CLOCK.now();
  }

  /// Asks it, ever more seldom while all is well.
  ///
  /// @return what is wrong with it; empty while it is not given up
  Optional<String> dead() {
    if (CLOCK.now() - asked < pause.toNanos() - EVERY.toNanos() / 2) {
      return Optional.empty();
    }
    asked = CLOCK.now();
    Optional<String> trouble = connection.trouble(PATIENCE);
    if (trouble.isEmpty()) {
      missed = 0;
      pause = pause.multipliedBy(2).compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
      return trouble;
    }
    missed++;
    pause = EVERY;
    givenUp = missed > 1;
    return givenUp ? trouble : Optional.empty();
  }

  /// Whether it is not waited for any more.
  public boolean givenUp() {
    return givenUp;
  }
}
