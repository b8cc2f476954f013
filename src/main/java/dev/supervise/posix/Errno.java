package dev.supervise.posix;

import java.util.Map;

/// Linux's error numbers (errno(3)), as far as anyone here looks at them, and words for them. The
/// words are ours and not `strerror`'s, which depend on the locale.
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int ESRCH = 3;
  public static final int EINTR = 4;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int ENOEXEC = 8;
  public static final int ECHILD = 10;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EEXIST = 17;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int EPIPE = 32;
  public static final int EADDRINUSE = 98;
  public static final int ECONNRESET = 104;
  public static final int ECANCELED = 125;

  private static final Map<Integer, String> WORDS =
      Map.ofEntries(
          Map.entry(EPERM, "operation not permitted"),
          Map.entry(ENOENT, "no such file or directory"),
          Map.entry(ESRCH, "no such process"),
          Map.entry(EINTR, "interrupted"),
          Map.entry(5, "input/output error"),
          Map.entry(ENXIO, "no such device or address"),
          Map.entry(E2BIG, "arguments and environment too large"),
          Map.entry(ENOEXEC, "not in a format the system can execute"),
          Map.entry(ECHILD, "no child processes"),
          Map.entry(EAGAIN, "resource temporarily unavailable"),
          Map.entry(ENOMEM, "out of memory"),
          Map.entry(EACCES, "permission denied"),
          Map.entry(EEXIST, "exists already"),
          Map.entry(ENOTDIR, "not a directory"),
          Map.entry(EISDIR, "is a directory"),
          Map.entry(EINVAL, "invalid argument"),
          Map.entry(ENFILE, "too many open files in the system"),
          Map.entry(EMFILE, "too many open files"),
          Map.entry(26, "program file is being written"),
          Map.entry(28, "no space left on device"),
          Map.entry(30, "read-only file system"),
          Map.entry(EPIPE, "broken pipe"),
          Map.entry(36, "file name too long"),
          Map.entry(38, "not offered by this kernel"),
          Map.entry(40, "too many symbolic links"),
          Map.entry(EADDRINUSE, "address already in use"),
          Map.entry(111, "connection refused"),
          Map.entry(80, "a needed shared library is corrupt"));

  private Errno() {}

  /// `permission denied`, or `error 71` for one without words.
  public static String words(int errno) {
    return WORDS.getOrDefault(errno, "error " + errno);
  }
}
