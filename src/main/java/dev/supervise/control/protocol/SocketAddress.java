package dev.supervise.control.protocol;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.Libc;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// The address of a socket whose path may be longer than an address can hold: then its directory is
/// opened, and the address goes through that.
public final class SocketAddress implements AutoCloseable {
  /// `sun_path` less its NUL.
  private static final int LONGEST = 107;

  private final UnixDomainSocketAddress address;
  private final int directory;

  private SocketAddress(UnixDomainSocketAddress address, int directory) {
    this.address = address;
    this.directory = directory;
  }

  /// The address of a path; holds until [#close].
  ///
  /// @throws IOException it is too long, and there is no way round that here
  public static SocketAddress of(Path path) throws IOException {
    if (fits(path.toString())) {
      return new SocketAddress(UnixDomainSocketAddress.of(path), -1);
    }
    if (!Libc.supported()) {
      throw new IOException(path + " is longer than the " + LONGEST + " bytes a socket may have");
    }
    int directory = Fd.directory(Objects.requireNonNull(path.getParent()).toString());
    if (directory < 0) {
      throw new IOException(path + " cannot be reached: " + Errno.words(-directory));
    }
    String around = "/proc/self/fd/" + directory + "/" + path.getFileName();
    if (!fits(around)) {
      Fd.close(directory);
      throw new IOException("the name of " + path + " is too long for a socket");
    }
    return new SocketAddress(UnixDomainSocketAddress.of(around), directory);
  }

  static boolean fits(String path) {
    return path.getBytes(StandardCharsets.UTF_8).length <= LONGEST;
  }

  public UnixDomainSocketAddress address() {
    return address;
  }

  @Override
  public void close() {
    if (directory >= 0) {
      Fd.close(directory);
    }
  }
}
