package dev.supervise.worker.probe;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/// Holds when a GET is answered with a status in the range. Redirections are not followed, nothing
/// but the status is read, and no connection is kept.
public record HttpProbe(ProbeThreads threads, URI url, int from, int to) implements Probe {
  private static final int HEAD_LIMIT = 64 << 10;

  @Override
  public Runnable attempt(Consumer<ProbeResult> told) {
    return threads.attempt(this::ask, told);
  }

  private ProbeResult ask() {
    boolean secure = url.getScheme().equalsIgnoreCase("https");
    try (SocketChannel channel = TcpConnect.to(host(), port())) {
      int status = secure ? securely(channel, host(), port()) : plainly(channel);
      return status >= from && status <= to
          ? ProbeResult.HOLDS
          : ProbeResult.not(shown() + ": answered " + status + ", wanted " + wanted());
    } catch (IOException e) {
      return ProbeResult.not(shown() + ": " + TcpConnect.words(e));
    }
  }

  /// Without the brackets that an address of IPv6 stands in.
  String host() {
    return url.getHost().replaceAll("^\\[|]$", "");
  }

  int port() {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
  }

  private int plainly(SocketChannel channel) throws IOException {
    return exchange(Channels.newInputStream(channel), Channels.newOutputStream(channel));
  }

  private int securely(SocketChannel channel, String host, int port) throws IOException {
    SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
    Socket layered = factory.createSocket(channel.socket(), host, port, true);
    try (SSLSocket socket = (SSLSocket) layered) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      return exchange(socket.getInputStream(), socket.getOutputStream());
    }
  }

  private int exchange(InputStream in, OutputStream out) throws IOException {
    out.write(request().getBytes(StandardCharsets.UTF_8));
    out.flush();
    int status;
    do {
      status = status(head(in));
      // 1xx are not the answer yet.
    } while (status < 200);
    return status;
  }

  private String request() {
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    String port = url.getPort() >= 0 ? ":" + url.getPort() : "";
    return "GET "
        + path
        + query
        + " HTTP/1.1\r\nHost: "
        + url.getHost()
        + port
        + "\r\nUser-Agent: supervise\r\nAccept: */*\r\nConnection: close\r\n\r\n";
  }

  /// The first line, after the rest of the head has been read too where it is only a 1xx.
  private static String head(InputStream in) throws IOException {
    StringBuilder first = new StringBuilder();
    boolean inFirst = true;
    int inLine = 0;
    for (int read = 0; read < HEAD_LIMIT; read++) {
      int c = in.read();
      if (c < 0) {
        throw new IOException(
            first.isEmpty() ? "closed without an answer" : "closed in the middle of its answer");
      }
      if (c == '\n') {
        if (inFirst && !first.toString().startsWith("HTTP/1.1 1")) {
          return first.toString();
        }
        if (inLine == 0 && !inFirst) {
          return first.toString();
        }
        inFirst = false;
        inLine = 0;
      } else if (c != '\r') {
        inLine++;
        if (inFirst) {
          first.append((char) c);
        }
      }
    }
    throw new IOException("its answer has no end");
  }

  private static int status(String line) throws IOException {
    String[] words = line.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].matches("[1-9][0-9]{2}")) {
      throw new IOException("its answer is not HTTP");
    }
    return Integer.parseInt(words[1]);
  }

  private String shown() {
    return "http " + url;
  }

  private String wanted() {
    return from == to ? Integer.toString(from) : from + "-" + to;
  }
}
