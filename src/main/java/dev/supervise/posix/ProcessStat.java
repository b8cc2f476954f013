package dev.supervise.posix;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One line of `/proc/PID/stat` (proc(5)), which anybody may read of any process, and of which only
/// a `/proc` mounted with `hidepid` shows nothing.
///
/// @param command the kernel's name for it, at most 15 characters
/// @param cpuTicks user and system time, 100 a second
/// @param startTicks when it was started; a pid means something only together with it
/// @param residentPages its memory
public record ProcessStat(
    int pid,
    String command,
    char state,
    int parent,
    int group,
    int session,
    int threads,
    long cpuTicks,
    long startTicks,
    long residentPages) {

  /// The process that bears the number now, dead or alive.
  public static Optional<ProcessStat> of(int pid) {
    try {
      String line =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      return line.isEmpty() ? Optional.empty() : Optional.of(parse(pid, line));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /// All there are, by pid; each as it was at the moment it was read.
  ///
  /// @throws IOException when not all of them can be read, for want of descriptors for one
  public static Map<Integer, ProcessStat> all() throws IOException {
    String[] entries = new File("/proc").list();
    if (entries == null) {
      throw new IOException("/proc cannot be listed");
    }
    Map<Integer, ProcessStat> all = new HashMap<>();
    for (String entry : entries) {
      if (entry.charAt(0) >= '1' && entry.charAt(0) <= '9') {
        int pid = Integer.parseInt(entry);
        Optional<ProcessStat> stat = of(pid);
        if (stat.isPresent()) {
          all.put(pid, stat.get());
        } else if (new File("/proc/" + entry + "/stat").exists() && of(pid).isEmpty()) {
          throw new IOException("/proc/" + entry + "/stat cannot be read");
        }
      }
    }
    return all;
  }

  /// When this program began, which is not when its process did: a shell may have become it by
  /// `exec`. Told by the oldest thread that it made itself.
  ///
  /// @throws IOException when that cannot be read
  public static long imageTicks() throws IOException {
    String[] threads = new File("/proc/self/task").list();
    if (threads == null) {
      throw new IOException("/proc/self/task cannot be listed");
    }
    long oldest = Long.MAX_VALUE;
    for (String thread : threads) {
      int number = Integer.parseInt(thread);
      if (number != Processes.self()) {
        // The number of a thread is as good a name in /proc as that of a process.
        oldest = Math.min(oldest, of(number).map(ProcessStat::startTicks).orElse(oldest));
      }
    }
    if (oldest == Long.MAX_VALUE) {
      throw new IOException("the threads in /proc cannot be read");
    }
    return oldest;
  }

  /// The name stands in parentheses and may contain any character, parentheses among them.
  public static ProcessStat parse(int pid, String line) {
    int open = line.indexOf('(');
    int close = line.lastIndexOf(')');
    long[] numbers = new long[22];
    int at = close + 4;
    for (int i = 0; i < numbers.length && at < line.length(); i++) {
      boolean negative = line.charAt(at) == '-';
      long number = 0;
      for (at += negative ? 1 : 0; at < line.length() && line.charAt(at) > ' '; at++) {
        number = 10 * number + line.charAt(at) - '0';
      }
      numbers[i] = negative ? -number : number;
      at++;
    }
    return new ProcessStat(
        pid,
        line.substring(open + 1, close),
        line.charAt(close + 2),
        (int) numbers[0],
        (int) numbers[1],
        (int) numbers[2],
        (int) numbers[16],
        numbers[10] + numbers[11],
        numbers[18],
        numbers[20]);
  }

  /// One whose first thread has ended is listed as a zombie although others of its threads live.
  public boolean alive() {
    return state != 'Z' && state != 'X' || threads > 1;
  }

  public ProcessIdentity identity() {
    return new ProcessIdentity(pid, startTicks, ProcessIdentity.boot());
  }

  /// Whether it is this very process.
  public boolean is(ProcessIdentity identity) {
    return pid == identity.pid() && identity().equals(identity);
  }

  /// The user who started it (its *real* user id, which a set-user-id program keeps until it
  /// changes it itself); -1 when it is gone.
  public int user() {
    try {
      for (String line :
          Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith("Uid:")) {
          return Integer.parseUnsignedInt(line.substring(4).strip().split("\\s")[0]);
        }
      }
    } catch (IOException gone) {
      return -1;
    }
    return -1;
  }
}
