package dev.supervise.posix;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// One process, for ever: a pid alone is given to another process some day, a pid with the tick at
/// which its process was started is not, within one boot of the machine.
///
/// @param startTicks field 22 of `/proc/PID/stat`
/// @param bootId `/proc/sys/kernel/random/boot_id` of the boot the ticks count from
public record ProcessIdentity(int pid, long startTicks, String bootId) {
  /// Ticks a second, in everything the kernel tells programs: fixed since Linux 2.6.
  public static final long TICKS = 100;

  /// `PID_MAX_LIMIT` of a 64-bit kernel.
  private static final int PID_LIMIT = 4_194_304;

  private static final Pattern BOOT = Pattern.compile("[0-9a-fA-F-]{1,64}");

  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  private static final class Boot {
    static final String ID = text(BOOT_ID).strip();

    private static String text(Path file) {
      try {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        // Without it no identity of an earlier life is believed, and none is written that could be.
        return "";
      }
    }
  }

  /// This boot's id; empty where the system has none.
  public static String boot() {
    return Boot.ID;
  }

  /// The process that bears `pid` now; empty when there is none, or only its zombie.
  public static Optional<ProcessIdentity> of(int pid) {
    return ProcessStat.of(pid)
        .filter(stat -> stat.alive() && leads(pid))
        .map(ProcessStat::identity);
  }

  /// Whether it is a process: `/proc` answers to the number of a thread too, though it does not
  /// list it (proc(5)), and a process' first threads are as old as itself.
  private static boolean leads(int pid) {
    try {
      return ProcessStat.text("/proc/" + pid + "/status").contains("\nTgid:\t" + pid + "\n");
    } catch (IOException gone) {
      return false;
    }
  }

  /// Whether a process can ever be called so; read from a file, anything may stand there.
  public boolean possible() {
    return pid > 1 && pid <= PID_LIMIT && startTicks >= 0 && BOOT.matcher(bootId).matches();
  }

  /// Whether this very process lives: a zombie does not.
  public boolean alive() {
    return ofThisBoot()
        && ProcessStat.of(pid)
            .filter(it -> it.alive() && it.startTicks() == startTicks)
            .isPresent();
  }

  /// A descriptor that names this process and no other, opened between two looks that agree.
  ///
  /// @return the caller's to close; `-ESRCH` when the process is gone; another negative error
  ///   number where the system refuses
  public int open() {
    if (!alive()) {
      return -Errno.ESRCH;
    }
    int descriptor = Processes.pidfd(pid);
    if (descriptor >= 0 && !alive()) {
      Fd.close(descriptor);
      return -Errno.ESRCH;
    }
    return descriptor;
  }

  /// Signals this process, and no other that may bear its number by now. Does so also where no
  /// descriptor is left but those kept back for it.
  ///
  /// @return 0 or a negative error number, `-ESRCH` when it is gone
  public int signal(int signal) {
    int descriptor = SpareDescriptors.borrow(this::open);
    if (descriptor < 0) {
      return descriptor;
    }
    try {
      return Processes.signal(descriptor, signal);
    } finally {
      SpareDescriptors.back(descriptor);
    }
  }

  /// The user it runs as; -1 when it is gone.
  public int user() {
    try {
      return (Integer) Files.getAttribute(directory(pid), "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (IOException gone) {
      return -1;
    }
  }

  /// When it was started, in seconds since 1970, for people: the clock may have been set since.
  public long startUnix() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/stat"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("btime ")) {
          return Long.parseLong(line.substring(6).strip()) + startTicks / TICKS;
        }
      }
    } catch (IOException e) {
      return 0;
    }
    return 0;
  }

  /// How long it has lived, in nanoseconds, exact to a tick.
  public long ageNanos() {
    try {
      String uptime = Files.readString(Path.of("/proc/uptime"), StandardCharsets.ISO_8859_1);
      double seconds = Double.parseDouble(uptime.substring(0, uptime.indexOf(' ')));
      return Math.max(0, (long) ((seconds - (double) startTicks / TICKS) * 1e9));
    } catch (IOException e) {
      return 0;
    }
  }

  private boolean ofThisBoot() {
    return !bootId.isEmpty() && bootId.equals(boot());
  }

  private static Path directory(int pid) {
    return Path.of("/proc/" + pid);
  }
}
