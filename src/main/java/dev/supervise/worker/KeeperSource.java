package dev.supervise.worker;

import dev.supervise.posix.PacketSocket;
import java.util.function.BooleanSupplier;

/// Where keepers come from.
interface KeeperSource {
  /// A keeper that has just been started.
  ///
  /// @param socket our end of the conversation
  /// @param pid 0 for one that is no process
  /// @param ended whether it has; asked again and again after the conversation was closed
  record Started(PacketSocket socket, int pid, BooleanSupplier ended) {}

  /// Starts one.
  ///
  /// @throws IllegalStateException saying why that was not possible
  Started start();
}
