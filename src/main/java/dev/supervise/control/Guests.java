package dev.supervise.control;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// All clients of a server that have a connection. When there are too many, nobody new is kept out:
/// one goes that makes the least use of its place, so that whoever only looks, or ends it all, gets
/// through whatever else of this user's hangs at the socket. One thread.
final class Guests {
  /// Served at a time.
  static final int SERVED = 256;

  /// Turned away and not gone yet, at a time.
  private static final int LEAVING = 64;

  /// Who goes first: the least used place, and of equals the one that has been silent the longest.
  private static final Comparator<Guest> FIRST =
      Comparator.comparing(Guest::use).thenComparing((a, b) -> Long.signum(a.heard() - b.heard()));

  private final List<Guest> all = new ArrayList<>();

  /// Another one is there.
  void add(Guest guest) {
    all.add(guest);
    while (all.stream().filter(each -> !each.leaving()).count() > SERVED) {
      first(each -> each != guest && !each.leaving())
          .orElse(guest)
          .turnAway(
              "there are more than " + SERVED + " clients, and this one was of the least use");
    }
    while (all.stream().filter(Guest::leaving).count() > LEAVING) {
      first(Guest::leaving).ifPresent(Guest::close);
      removeGone();
    }
  }

  /// Where there is no further descriptor: has one that makes no use of its own give it back.
  ///
  /// @return whether there was one
  boolean giveUpOne() {
    Optional<Guest> useless =
        first(Guest::leaving).or(() -> first(each -> each.use() == Guest.Use.NONE));
    useless.ifPresent(Guest::close);
    removeGone();
    return useless.isPresent();
  }

  private Optional<Guest> first(Predicate<Guest> such) {
    return all.stream().filter(such).min(FIRST);
  }

  void removeGone() {
    all.removeIf(Guest::gone);
  }

  void forEach(Consumer<Guest> action) {
    List.copyOf(all).forEach(action);
  }

  boolean every(Predicate<Guest> such) {
    return all.stream().allMatch(such);
  }
}
