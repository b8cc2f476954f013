package dev.supervise.worker;

import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;

/// A server that listens where it is told to, beside others that do, and says so.
public final class ListeningChild {
  private ListeningChild() {}

  /// @param args the address, the port
  public static void main(String[] args) throws Exception {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    server.bind(new InetSocketAddress(args[0], Integer.parseInt(args[1])));
    System.out.println("listening");
    while (true) {
      server.accept().close();
    }
  }
}
