package dev.supervise.worker.probe;

import java.io.IOException;
import java.util.function.Consumer;

/// Holds when a connection is accepted; it is closed at once.
public record TcpProbe(ProbeThreads threads, String host, int port) implements Probe {
  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    return threads.attempt(this::connect, told);
  }

  private ProbeResult connect() {
    try (var _ = TcpConnect.to(host, port)) {
      return ProbeResult.HOLDS;
    } catch (IOException e) {
      return ProbeResult.not("tcp " + host + ":" + port + ": " + TcpConnect.words(e));
    }
  }
}
