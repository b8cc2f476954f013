package dev.supervise.worker.keeper;

import dev.supervise.posix.PacketSocket;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// Where keepers come from.
public interface KeeperSource {
  /// How a keeper stands.
  enum End {
    NOT_YET,
    /// It has ended by itself: nothing it had, but what is detached, lives.
    SWEPT,
    KILLED;

    /// @param status of a wait for it; empty: it lives, or is no child of ours
    static End of(OptionalInt status) {
      return status.isEmpty() ? NOT_YET : status.getAsInt() == 0 ? SWEPT : KILLED;
    }
  }

  /// A keeper that has just been started.
  ///
  /// @param socket our end of the conversation
  /// @param pid 0 for one that is no process
  /// @param end asked again and again after the conversation was closed, until it has ended
  record Started(PacketSocket socket, int pid, Supplier<End> end) {}

  /// Starts one.
  ///
  /// @throws IllegalStateException saying why that was not possible
  Started start();
}
