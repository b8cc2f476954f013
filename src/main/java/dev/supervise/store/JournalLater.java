package dev.supervise.store;

import dev.supervise.spec.InvalidJson;
import dev.supervise.spec.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `journal.later`: what a tree that ended before its journal was open had to tell, one JSON object
/// a line. Opening a database takes longer than some trees live.
final class JournalLater {
  private static final String NAME = "journal.later";

  /// A file that nobody took over does not grow for ever.
  private static final long LARGEST = 4 << 20;

  private JournalLater() {}

  static void write(Path folder, List<JournalWriter.Item> items, Consumer<String> warnings) {
    if (items.isEmpty()) {
      return;
    }
    Path file = folder.resolve(NAME);
    StringBuilder text = new StringBuilder();
    for (JournalWriter.Item item : items) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("failing", item.failing());
      JournalEntry e = item.entry();
      line.put("at", e.at());
      line.put("kind", e.kind().name());
      line.put("path", e.path());
      line.put("was", e.was());
      line.put("status", e.status());
      line.put("what", e.what());
      line.put("next", e.next());
      line.put(
          "causes",
          e.causes().stream().map(link -> List.of(link.at(), link.path(), link.text())).toList());
      line.put("output", e.output());
      line.put("times", e.times());
      line.put("upTo", e.upTo());
      text.append(Json.write(line)).append('\n');
    }
    try {
      if (Files.exists(file) && Files.size(file) > LARGEST) {
        Files.delete(file);
      }
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      warnings.accept("the journal cannot be written: " + e);
    }
  }

  /// What is in it; it is gone then. A line that cannot be read is left out.
  static List<JournalWriter.Item> take(Path folder, Consumer<String> warnings) {
    Path file = folder.resolve(NAME);
    List<JournalWriter.Item> items = new ArrayList<>();
    try {
      if (!Files.exists(file)) {
        return items;
      }
      for (String line : Files.readAllLines(file)) {
        try {
          items.add(item(Json.object(line)));
        } catch (InvalidJson | IllegalArgumentException | ClassCastException cut) {
          // The last line of a process that was killed.
          warnings.accept("a line of " + file + " cannot be read and is left out");
        }
      }
      Files.delete(file);
    } catch (IOException e) {
      warnings.accept("what an earlier run left in " + file + " cannot be taken over: " + e);
    }
    return items;
  }

  private static JournalWriter.Item item(Map<String, @Nullable Object> line) {
    List<JournalEntry.Link> causes = new ArrayList<>();
    for (Object link : list(line.get("causes"))) {
      List<?> parts = list(link);
      causes.add(
          new JournalEntry.Link(number(parts.get(0)), text(parts.get(1)), text(parts.get(2))));
    }
    return new JournalWriter.Item(
        new JournalEntry(
            0,
            number(line.get("at")),
            JournalEntry.Kind.valueOf(text(line.get("kind"))),
            text(line.get("path")),
            text(line.get("was")),
            text(line.get("status")),
            text(line.get("what")),
            text(line.get("next")),
            causes,
            list(line.get("output")).stream().map(JournalLater::text).toList(),
            number(line.get("times")),
            number(line.get("upTo"))),
        Boolean.TRUE.equals(line.get("failing")));
  }

  private static List<?> list(@Nullable Object value) {
    return value instanceof List<?> list ? list : List.of();
  }

  private static long number(@Nullable Object value) {
    return value instanceof Number number ? number.longValue() : 0;
  }

  private static String text(@Nullable Object value) {
    return value == null ? "" : value.toString();
  }
}
