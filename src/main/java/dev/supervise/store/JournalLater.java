package dev.supervise.store;

import dev.supervise.posix.PrivateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// `journal.later`: what there was still to tell at the end, one entry a line, its parts between
/// tabs. Writing it takes a tenth of the time that the database takes, and no end waits for a
/// database to be opened; the next one who opens it takes it over.
final class JournalLater {
  private static final String NAME = "journal.later";

  /// A file that nobody took over does not grow for ever.
  private static final long LARGEST = 4 << 20;

  private static final char RECORD = '\u001e';
  private static final char UNIT = '\u001f';
  private static final int PARTS = 13;

  /// Of files that were written when no stacks were kept.
  private static final int WITHOUT_STACK = 12;

  private JournalLater() {}

  static void write(Path folder, List<JournalWriter.Item> items, Consumer<String> warnings) {
    if (items.isEmpty()) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(newest(items));
    try {
      PrivateDirectory state = PrivateDirectory.create(folder);
      Optional<Path> there = state.find(NAME);
      if (there.isPresent() && Files.size(there.get()) + bytes.remaining() > LARGEST) {
        state.remove(NAME);
      }
      try (FileChannel file = state.append(NAME)) {
        while (bytes.hasRemaining()) {
          file.write(bytes);
        }
      }
    } catch (IOException e) {
      warnings.accept("the journal cannot be written: " + e.getMessage());
    }
  }

  /// As many of the newest as may be kept.
  private static byte[] newest(List<JournalWriter.Item> items) {
    ArrayDeque<byte[]> lines = new ArrayDeque<>();
    int size = 0;
    for (JournalWriter.Item item : items.reversed()) {
      StringBuilder text = new StringBuilder(160);
      line(text, item);
      byte[] line = text.toString().getBytes(StandardCharsets.UTF_8);
      size += line.length;
      if (size > LARGEST) {
        break;
      }
      lines.addFirst(line);
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    lines.forEach(all::writeBytes);
    return all.toByteArray();
  }

  private static void line(StringBuilder text, JournalWriter.Item item) {
    JournalEntry e = item.entry();
    text.append(item.failing() ? '1' : '0').append('\t');
    text.append(e.at()).append('\t').append(e.kind().name());
    for (String part : new String[] {e.path(), e.was(), e.status(), e.what(), e.next()}) {
      put(text.append('\t'), part);
    }
    text.append('\t');
    for (JournalEntry.Link link : e.causes()) {
      put(text.append(link.at()).append(UNIT), link.path());
      put(text.append(UNIT), link.text());
      text.append(RECORD);
    }
    text.append('\t');
    put(text, e.output());
    text.append('\t').append(e.times()).append('\t').append(e.upTo()).append('\t');
    put(text, e.stack());
    text.append('\n');
  }

  private static void put(StringBuilder text, List<String> lines) {
    for (String line : lines) {
      put(text, line);
      text.append(RECORD);
    }
  }

  private static void put(StringBuilder text, String part) {
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      switch (c) {
        case '\t' -> text.append("\\t");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\\' -> text.append("\\\\");
        case RECORD, UNIT -> text.append(' ');
        default -> text.append(c);
      }
    }
  }

  /// What is in it; it is gone then. A line that cannot be read is left out.
  static List<JournalWriter.Item> take(Path folder, Consumer<String> warnings) {
    List<JournalWriter.Item> items = new ArrayList<>();
    try {
      PrivateDirectory state = PrivateDirectory.create(folder);
      items.addAll(items(state, warnings));
      state.remove(NAME);
    } catch (IOException e) {
      warnings.accept(
          "what an earlier run left in "
              + folder.resolve(NAME)
              + " cannot be taken over: "
              + e.getMessage());
    }
    return items;
  }

  /// What is in it; it stays. A line that cannot be read is left out.
  ///
  /// @throws StoreFailure it cannot be read
  static List<JournalWriter.Item> read(Path folder) {
    try {
      Optional<PrivateDirectory> state = PrivateDirectory.find(folder);
      return state.isEmpty() ? List.of() : items(state.get(), _ -> {});
    } catch (IOException e) {
      throw new StoreFailure(
          StoreFailure.Kind.OTHER, folder.resolve(NAME) + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<JournalWriter.Item> items(PrivateDirectory state, Consumer<String> warnings)
      throws IOException {
    Optional<byte[]> bytes = state.read(NAME, 2 * (int) LARGEST);
    List<JournalWriter.Item> items = new ArrayList<>();
    int senseless = 0;
    if (bytes.isPresent()) {
      for (String line : new String(bytes.get(), StandardCharsets.UTF_8).lines().toList()) {
        try {
          items.add(item(line));
        } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException cut) {
          // The last line of a process that was killed.
          senseless++;
        }
      }
    }
    if (senseless > 0) {
      warnings.accept(
          (senseless == 1 ? "a line" : senseless + " lines")
              + " of "
              + state.path().resolve(NAME)
              + " cannot be read and "
              + (senseless == 1 ? "is" : "are")
              + " left out");
    }
    return items;
  }

  private static JournalWriter.Item item(String line) {
    String[] parts = line.split("\t", -1);
    if (parts.length != PARTS && parts.length != WITHOUT_STACK
        || !Set.of("0", "1").contains(parts[0])) {
      throw new IllegalArgumentException(line);
    }
    List<JournalEntry.Link> causes = new ArrayList<>();
    for (String link : records(parts[8])) {
      String[] of = link.split(String.valueOf(UNIT), -1);
      causes.add(new JournalEntry.Link(Long.parseLong(of[0]), text(of[1]), text(of[2])));
    }
    return new JournalWriter.Item(
        new JournalEntry(
            0,
            Long.parseLong(parts[1]),
            JournalEntry.Kind.valueOf(parts[2]),
            text(parts[3]),
            text(parts[4]),
            text(parts[5]),
            text(parts[6]),
            text(parts[7]),
            causes,
            texts(parts[9]),
            parts.length == WITHOUT_STACK ? List.of() : texts(parts[12]),
            Long.parseLong(parts[10]),
            Long.parseLong(parts[11])),
        parts[0].equals("1"));
  }

  private static List<String> texts(String part) {
    return records(part).stream().map(JournalLater::text).toList();
  }

  /// Each of them is ended.
  private static List<String> records(String part) {
    List<String> all = Arrays.asList(part.split(String.valueOf(RECORD), -1));
    return all.subList(0, all.size() - 1);
  }

  private static String text(String part) {
    if (part.indexOf('\\') < 0) {
      return part;
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c == '\\' && i + 1 < part.length()) {
        char escaped = part.charAt(++i);
        c = escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped == 'r' ? '\r' : escaped;
      }
      text.append(c);
    }
    return text.toString();
  }
}
