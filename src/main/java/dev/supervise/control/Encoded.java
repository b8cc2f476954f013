package dev.supervise.control;

import dev.supervise.spec.Json;
import org.jspecify.annotations.Nullable;

/// Items as JSON, each made once although many follow it. One thread's.
final class Encoded {
  private static final int SLOTS = 1 << 12;

  private final @Nullable Item[] items = new Item[SLOTS];
  private final String[] texts = new String[SLOTS];

  String of(Item item) {
    int slot = item.hashCode() & SLOTS - 1;
    if (!item.equals(items[slot])) {
      items[slot] = item;
      texts[slot] = Json.write(Wire.plain(item, false));
    }
    return texts[slot];
  }
}
