package dev.supervise.spec;

/// Why a start failed.
///
/// @param step what was being done
/// @param errno the system's error number; 0 where none was given
/// @param message for people, naming the thing that failed: `program 'nope' not found in PATH`
public record StartFailure(Step step, int errno, String message) {
  private static final int EACCES = 13;

  /// What a start consists of.
  public enum Step {
    /// A `preStart` hook failed.
    PRE_START,
    /// A closure value threw or took too long.
    VALUE,
    /// An `envFile` could not be read.
    ENV_FILE,
    /// The log file could not be opened.
    LOG,
    /// The pid file could not be written.
    PID_FILE,
    /// What a probe asks for is there already: somebody else has the port.
    PORT,
    /// A forking program ended, and its daemon was not found.
    DETECT,
    /// The system refused a new process.
    FORK,
    SESSION,
    LIMITS,
    NICE,
    USER,
    DIR,
    LOOKUP,
    PERMISSION,
    INTERPRETER,
    EXEC,
    /// Arguments and environment together are larger than the system allows.
    SIZE,
    /// The keeper was gone and came back; the start is to be tried again.
    KEEPER
  }

  /// As a shell reports it: 127 not found, 126 found but not executable, 1 otherwise.
  public int code() {
    return switch (step) {
      case LOOKUP -> 127;
      case PERMISSION, INTERPRETER, EXEC, SIZE -> 126;
      case DIR -> errno == EACCES ? 126 : 127;
      case PRE_START, VALUE, ENV_FILE, LOG, PID_FILE, PORT, DETECT -> 1;
      case FORK, SESSION, LIMITS, NICE, USER, KEEPER -> 1;
    };
  }
}
