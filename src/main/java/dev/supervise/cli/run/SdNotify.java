package dev.supervise.cli.run;

import dev.supervise.posix.DatagramSocket;
import dev.supervise.posix.Errno;
import dev.supervise.posix.Libc;
import dev.supervise.vital.NoThread;
import dev.supervise.vital.Threads;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// Tells the service manager that started this process how it is, by sd_notify(3); silent where
/// none asked to be told. Any thread; never waits: a manager that is busy is tried again for 5 s,
/// and what cannot be told is a warning.
public final class SdNotify {
  /// Where a service manager says it wants to be told.
  public static final String VARIABLE = "NOTIFY_SOCKET";

  private static final int TRIES = 50;
  private static final long PAUSE_MILLIS = 100;

  private enum Told {
    NOTHING,
    READY,
    STOPPING
  }

  private final String address;
  private final Consumer<String> warnings;
  private final AtomicReference<Told> told = new AtomicReference<>(Told.NOTHING);

  private SdNotify(String address, Consumer<String> warnings) {
    this.address = address;
    this.warnings = warnings;
  }

  /// @param environment that of this process
  public static SdNotify of(Map<String, String> environment, Consumer<String> warnings) {
    String address = environment.getOrDefault(VARIABLE, "");
    return new SdNotify(Libc.supported() ? address : "", warnings);
  }

  /// All goals are reached. Told once, and not any more while stopping.
  public void ready() {
    if (told.compareAndSet(Told.NOTHING, Told.READY)) {
      send("READY=1");
    }
  }

  /// The tree is about to end. Told once.
  public void stopping() {
    if (told.getAndSet(Told.STOPPING) != Told.STOPPING) {
      send("STOPPING=1");
    }
  }

  private void send(String message) {
    if (!address.isEmpty() && trySend(message)) {
      try {
        Threads.start(
            Threads.aside(
                "supervise-upstream",
                () -> insist(message),
                thrown -> warn(message, thrown.toString())));
      } catch (NoThread e) {
        warn(message, "it is busy, and " + e.getMessage());
      }
    }
  }

  /// @return whether it is worth another try
  private boolean trySend(String message) {
    int sent;
    try {
      sent = DatagramSocket.send(address, message.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException unknown) {
      warnings.accept("the service manager is not told " + message + ": " + unknown.getMessage());
      return false;
    }
    if (sent < 0 && sent != -Errno.EAGAIN) {
      warn(message, Errno.words(-sent));
    }
    return sent == -Errno.EAGAIN;
  }

  private void insist(String message) {
    for (int i = 0; i < TRIES; i++) {
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
      if (!trySend(message)) {
        return;
      }
    }
    warn(message, "it has not read what it was told before");
  }

  private void warn(String message, String why) {
    warnings.accept(
        "the service manager at " + address + " cannot be told " + message + ": " + why);
  }
}
