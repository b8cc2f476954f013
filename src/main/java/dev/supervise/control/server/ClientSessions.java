package dev.supervise.control.server;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// All clients of a server that have a connection. When there are too many, nobody new is kept out:
/// one goes that makes the least use of its place, so that whoever only looks, or ends it all, gets
/// through whatever else of this user's hangs at the socket. One thread.
final class ClientSessions {
  /// Served at a time.
  static final int SERVED = 256;

  /// Turned away and not gone yet, at a time.
  private static final int LEAVING = 64;

  /// Who goes first: the least used place, and of equals the one that has been silent the longest.
  private static final Comparator<ClientSession> FIRST =
      Comparator.comparing(ClientSession::use)
          .thenComparing((a, b) -> Long.signum(a.heard() - b.heard()));

  private final List<ClientSession> all = new ArrayList<>();

  /// Another one is there.
  void add(ClientSession guest) {
    all.add(guest);
    while (all.stream().filter(each -> !each.leaving()).count() > SERVED) {
      first(each -> each != guest && !each.leaving())
          .orElse(guest)
          .turnAway(
              "there are more than " + SERVED + " clients, and this one was of the least use");
    }
    while (all.stream().filter(ClientSession::leaving).count() > LEAVING) {
      first(ClientSession::leaving).ifPresent(ClientSession::close);
      removeGone();
    }
  }

  /// Where there is no further descriptor: has one that makes no use of its own give it back.
  ///
  /// @return whether there was one
  boolean giveUpOne() {
    Optional<ClientSession> useless =
        first(ClientSession::leaving).or(() -> first(each -> each.use() == ClientSession.Use.NONE));
    useless.ifPresent(ClientSession::close);
    removeGone();
    return useless.isPresent();
  }

  private Optional<ClientSession> first(Predicate<ClientSession> such) {
    return all.stream().filter(such).min(FIRST);
  }

  void removeGone() {
    all.removeIf(ClientSession::gone);
  }

  void forEach(Consumer<ClientSession> action) {
    List.copyOf(all).forEach(action);
  }

  boolean every(Predicate<ClientSession> such) {
    return all.stream().allMatch(such);
  }
}
