package dev.supervise.worker;

import dev.supervise.worker.probe.Listeners;
import java.net.InetAddress;
import java.util.List;

/// What a process of another user sees of who listens on a port.
public final class ListenersSeen {
  private ListenersSeen() {}

  /// @param args the port
  public static void main(String[] args) {
    int port = Integer.parseInt(args[0]);
    List<InetAddress> here = List.of(InetAddress.ofLiteral("127.0.0.1"));
    for (Listeners.Listener listener : Listeners.on(port, here)) {
      System.out.println(
          listener.process().isPresent()
              ? Listeners.named(listener.process().getAsInt())
              : Listeners.unseen(listener.user()));
    }
  }
}
