package dev.supervise.posix;

/// Flags of open(2) that more than one file here needs. Those with another value on another
/// processor are picked by it: asm-generic/fcntl.h against arch/arm64/include/uapi/asm/fcntl.h.
final class OpenFlags {
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");

  static final int RDWR = 2;
  static final int WRONLY = 1;
  static final int CREAT = 0100;
  static final int NOCTTY = 0400;
  static final int APPEND = 02000;
  static final int NONBLOCK = 04000;
  static final int DIRECTORY = ARM ? 040000 : 0200000;
  static final int NOFOLLOW = ARM ? 0100000 : 0400000;
  static final int CLOEXEC = 02000000;
  static final int PATH = 010000000;

  private OpenFlags() {}
}
