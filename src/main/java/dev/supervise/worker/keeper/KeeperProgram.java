package dev.supervise.worker.keeper;

import dev.supervise.posix.Errno;
import dev.supervise.posix.Fd;
import dev.supervise.posix.Libc;
import dev.supervise.posix.PacketSocket;
import dev.supervise.posix.PrivateDirectory;
import dev.supervise.posix.Processes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keeper's executable: found among the resources, put where it can be executed, and started.
public final class KeeperProgram implements KeeperSource {
  private static final Map<String, String> NAMES =
      Map.of("amd64", "keeper-linux-x86_64", "aarch64", "keeper-linux-aarch64");

  private final byte[] program;

  private KeeperProgram(byte[] program) {
    this.program = program;
  }

  /// @return empty where no keeper was built for this machine
  public static Optional<KeeperProgram> find() {
    if (!Libc.supported()) {
      return Optional.empty();
    }
    String name = NAMES.get(System.getProperty("os.arch", ""));
    try (InputStream in =
        KeeperProgram.class.getResourceAsStream("/dev/supervise/keeper/" + name)) {
      return in == null ? Optional.empty() : Optional.of(new KeeperProgram(in.readAllBytes()));
    } catch (IOException e) {
      throw new IllegalStateException("the keeper's program cannot be read from the jar: " + e, e);
    }
  }

  /// Starts one, from memory where the system allows that, from a file in the user's cache
  /// otherwise.
  @Override
  public Started start() {
    PacketSocket.Pair pair = PacketSocket.pair();
    int pid = fromMemory(pair.far());
    if (pid < 0) {
      pid = fromCache(pair.far());
    }
    Fd.close(pair.far());
    if (pid < 0) {
      pair.near().close();
      throw new IllegalStateException("the keeper cannot be started: " + Errno.words(-pid));
    }
    int started = pid;
    return new Started(pair.near(), pid, () -> End.of(Processes.reap(started)));
  }

  private int fromMemory(int descriptor) {
    int memory = Fd.memfd("supervise-keeper");
    if (memory < 0) {
      return memory;
    }
    try {
      int written = Fd.writeAll(memory, program);
      return written < 0 ? written : spawn("/proc/self/fd/" + memory, descriptor);
    } finally {
      Fd.close(memory);
    }
  }

  private int fromCache(int descriptor) {
    try {
      Path home =
          Path.of(
              Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                  .filter(text -> text.startsWith("/"))
                  .orElse(System.getProperty("user.home", "/nonexistent") + "/.cache"));
      Path file =
          PrivateDirectory.named(home.resolve("supervise"))
              .program("keeper-" + Integer.toHexString(Arrays.hashCode(program)), program);
      return spawn(file.toString(), descriptor);
    } catch (IOException e) {
      throw new IllegalStateException(
          "the keeper may not be executed from memory, and no copy of it could be kept: "
              + e.getMessage(),
          e);
    }
  }

  private static int spawn(String program, int descriptor) {
    return Processes.spawn(
        program, List.of("supervise-keeper", Integer.toString(descriptor)), List.of(), descriptor);
  }
}
