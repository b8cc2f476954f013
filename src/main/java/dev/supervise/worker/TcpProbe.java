package dev.supervise.worker;

import java.io.IOException;
import java.util.function.Consumer;

/// Holds when a connection is accepted; it is closed at once.
record TcpProbe(ProbeThreads threads, String host, int port) implements Probe {
  @Override
  public Runnable attempt(Consumer<Answer> told) {
    return threads.attempt(this::connect, told);
  }

  private Answer connect() {
    try (var _ = Dial.to(host, port)) {
      return Answer.HOLDS;
    } catch (IOException e) {
      return Answer.not("tcp " + host + ":" + port + ": " + Dial.words(e));
    }
  }
}
