package dev.supervise.worker.probe;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.util.List;

/// Makes TCP connections for probes. An interrupt ends the attempt and closes what it had opened.
final class TcpConnect {
  private TcpConnect() {}

  /// @param host `localhost` is 127.0.0.1, then ::1, whatever the system's files say
  static SocketChannel to(String host, int port) throws IOException {
    IOException refused = new ConnectException("no address");
    for (InetAddress address : addresses(host)) {
      try {
        return to(address, port);
      } catch (IOException e) {
        refused = e;
      }
      if (Thread.currentThread().isInterrupted()) {
        break;
      }
    }
    throw refused;
  }

  private static SocketChannel to(InetAddress address, int port) throws IOException {
    SocketChannel channel =
        SocketChannel.open(
            address instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6);
    try {
      channel.connect(new InetSocketAddress(address, port));
      SocketAddress near = channel.getLocalAddress();
      if (near.equals(channel.getRemoteAddress())) {
        // Where nobody listens on a port that the kernel also gives to clients, a connection can
        // meet itself. Reset, or the port would be kept from the server that is about to bind it.
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        throw new ConnectException("Connection refused");
      }
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// In the order they are tried in.
  static List<InetAddress> addresses(String host) throws UnknownHostException {
    return host.equals("localhost")
        ? List.of(
            InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}),
            InetAddress.getByAddress(
                "localhost", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}))
        : List.of(InetAddress.getAllByName(host));
  }

  /// What the operator is told, without the class of the exception.
  static String words(IOException e) {
    return switch (e) {
      case UnknownHostException _ -> "its host is not known";
      case ConnectException refused when refused.getMessage() != null ->
          refused.getMessage().toLowerCase(java.util.Locale.ROOT);
      case java.nio.channels.ClosedByInterruptException _ -> "took too long";
      default -> e.getMessage() == null ? ProbeThreads.words(e) : e.getMessage();
    };
  }
}
