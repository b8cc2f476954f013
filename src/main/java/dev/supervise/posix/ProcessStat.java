package dev.supervise.posix;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One line of `/proc/PID/stat` (proc(5)), which anybody may read of any process, and of which only
/// a `/proc` mounted with `hidepid` shows nothing.
///
/// @param command the kernel's name for it, at most 15 characters; [#NAMELESS] where it has none,
///   which any process can bring about
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
  /// What is shown for a process that has no name, or whose name cannot be read.
  public static final String NAMELESS = "?";

  /// The process that bears the number now, dead or alive.
  public static Optional<ProcessStat> of(int pid) {
    try {
      String line = text("/proc/" + pid + "/stat");
      return line.isEmpty() ? Optional.empty() : Optional.of(parse(pid, line));
    } catch (IOException gone) {
      return Optional.empty();
    }
  }

  /// A file of `/proc`, also where no descriptor is left but those kept back for it.
  static String text(String path) throws IOException {
    try {
      return Files.readString(Path.of(path), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      throw gone;
    } catch (IOException e) {
      return SpareDescriptors.text(path, e);
    }
  }

  private static List<String> names(String directory) throws IOException {
    String[] listed = new File(directory).list();
    return listed == null ? SpareDescriptors.names(directory) : List.of(listed);
  }

  /// The pids of a process' children, between blanks, as the kernel lists them: for the oldest
  /// thread of a subreaper little but what it was given.
  ///
  /// @throws IOException a kernel without `CONFIG_PROC_CHILDREN` has no such list
  public static String children(int pid) throws IOException {
    return text("/proc/" + pid + "/task/" + pid + "/children");
  }

  /// The children of this process, whichever of its threads started them. Nothing holds the threads
  /// still meanwhile: a child whose thread ends is handed to another, and may be seen twice or not
  /// at all by one look.
  ///
  /// @return empty where the kernel has no such lists
  public static Optional<Set<Integer>> children() throws IOException {
    Set<Integer> children = new HashSet<>();
    for (String thread : names("/proc/self/task")) {
      try {
        for (String pid : text("/proc/self/task/" + thread + "/children").split(" ")) {
          if (!pid.isEmpty()) {
            children.add(Integer.parseInt(pid));
          }
        }
      } catch (NoSuchFileException goneOrNone) {
        if (new File("/proc/self/task/" + thread).exists()) {
          return Optional.empty();
        }
      }
    }
    return Optional.of(children);
  }

  /// All there are, by pid; each as it was at the moment it was read.
  ///
  /// @throws IOException when not all of them can be read, for want of descriptors for one
  public static Map<Integer, ProcessStat> all() throws IOException {
    List<String> entries = names(SpareDescriptors.PROC);
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
    List<String> threads = names("/proc/self/task");
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
    String name = line.substring(open + 1, close);
    return new ProcessStat(
        pid,
        name.isBlank() ? NAMELESS : name,
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

  /// Whether a signal has stopped it; what a debugger holds is not.
  public boolean stopped() {
    return state == 'T';
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
      for (String line : text("/proc/" + pid + "/status").split("\n")) {
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
