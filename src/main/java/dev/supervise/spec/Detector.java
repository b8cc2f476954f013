package dev.supervise.spec;

/// A way to find the process of a unit that is not, or no longer, the one that was started.
public sealed interface Detector {
  /// What listings call it: `pidfile:run/x.pid`, `cmd:pgrep x`, `pid:123`.
  String source();

  /// A pid file that the program itself writes, relative to the unit's directory.
  record PidFile(String path) implements Detector {
    public PidFile {
      if (path.isEmpty() || path.indexOf('\0') >= 0) {
        throw new InvalidSpec("detect pidFile names no file");
      }
    }

    @Override
    public String source() {
      return "pidfile:" + path;
    }
  }

  /// A command that prints a pid first on a line and exits with 0.
  record Exec(Command command) implements Detector {
    @Override
    public String source() {
      return "cmd:" + command.shown();
    }
  }

  /// This very pid.
  record Pid(int pid) implements Detector {
    public Pid {
      // The kernel's own limit, PID_MAX_LIMIT.
      if (pid < 2 || pid > 4_194_304) {
        throw new InvalidSpec("detect pid " + pid + " is not between 2 and 4194304");
      }
    }

    @Override
    public String source() {
      return "pid:" + pid;
    }
  }
}
