package dev.supervise.control.protocol;

import dev.supervise.text.Json;
import org.jspecify.annotations.Nullable;

/// Items as JSON, each made once although many follow it; long ones are not kept. One thread's.
public final class ItemCache {
  private static final int SLOTS = 1 << 10;
  private static final int LONGEST = 2048;

  private final @Nullable FeedItem[] items = new FeedItem[SLOTS];
  private final String[] texts = new String[SLOTS];

  public String of(FeedItem item) {
    int slot = item.hashCode() & SLOTS - 1;
    if (item.equals(items[slot])) {
      return texts[slot];
    }
    String text = Json.write(RecordCodec.plain(item, false));
    if (text.length() <= LONGEST) {
      items[slot] = item;
      texts[slot] = text;
    }
    return text;
  }
}
