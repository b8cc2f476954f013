package dev.supervise.control;

import dev.supervise.spec.Json;
import org.jspecify.annotations.Nullable;

/// Items as JSON, each made once although many follow it; long ones are not kept. One thread's.
final class Encoded {
  private static final int SLOTS = 1 << 10;
  private static final int LONGEST = 2048;

  private final @Nullable Item[] items = new Item[SLOTS];
  private final String[] texts = new String[SLOTS];

  String of(Item item) {
    int slot = item.hashCode() & SLOTS - 1;
    if (item.equals(items[slot])) {
      return texts[slot];
    }
    String text = Json.write(Wire.plain(item, false));
    if (text.length() <= LONGEST) {
      items[slot] = item;
      texts[slot] = text;
    }
    return text;
  }
}
