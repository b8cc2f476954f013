package dev.supervise.store;

import dev.supervise.posix.PrivateDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/// `journal.later`: what there was still to tell at the end, one entry a line, its parts between
/// tabs. Writing it takes a tenth of the time that the database takes, and no end waits for a
/// database to be opened; the next one who opens it takes it over, and removes it when that is
/// committed. Each line carries its [JournalMark], so that what is read twice is written once.
///
/// What cannot be read of it, and what is too much, is set aside, and said. What has its name and
/// is no file of ours is neither followed, nor written, nor moved.
final class JournalSpill {
  static final String NAME = "journal.later";

  /// A file that nobody took over does not grow for ever.
  private static final long LARGEST = 4 << 20;

  private static final String ASIDE = NAME + ".unread-";

  /// So many are kept of what was set aside.
  private static final int KEPT = 9;

  private static final char RECORD = '\u001e';
  private static final char UNIT = '\u001f';
  private static final int PARTS = 15;

  /// Of files that were written when no marks were kept, and no stacks before that.
  private static final int WITHOUT_MARK = 13;

  private static final int WITHOUT_STACK = 12;

  private JournalSpill() {}

  /// What is in the file.
  ///
  /// @param items in their order
  /// @param senseless lines that cannot be read
  /// @param cut whether the only one is the last: that of a process that was killed
  record Left(List<JournalItem.Marked> items, int senseless, boolean cut) {
    static final Left NOTHING = new Left(List.of(), 0, false);
  }

  /// Adds these.
  ///
  /// @throws IOException they are not there, or not all of them
  static void write(Path folder, List<JournalItem.Marked> items, Consumer<String> warnings)
      throws IOException {
    if (items.isEmpty()) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(newest(items));
    PrivateDirectory state = PrivateDirectory.create(folder);
    makeRoom(state, bytes.remaining(), warnings);
    try (FileChannel file = state.append(NAME)) {
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    }
  }

  private static void makeRoom(PrivateDirectory state, int bytes, Consumer<String> warnings)
      throws IOException {
    Optional<Path> there = state.find(NAME);
    if (there.isPresent() && Files.size(there.get()) + bytes > LARGEST) {
      warnings.accept(there.get() + " is full; it was set aside as " + setAside(state));
    }
  }

  /// Renames it.
  ///
  /// @return its name
  private static String setAside(PrivateDirectory state) throws IOException {
    int number = 1;
    while (number < KEPT
        && Files.exists(state.path().resolve(ASIDE + number), LinkOption.NOFOLLOW_LINKS)) {
      number++;
    }
    state.move(NAME, ASIDE + number);
    return ASIDE + number;
  }

  /// As many of the newest as may be kept.
  private static byte[] newest(List<JournalItem.Marked> items) {
    ArrayDeque<byte[]> lines = new ArrayDeque<>();
    int size = 0;
    for (JournalItem.Marked item : items.reversed()) {
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

  private static void line(StringBuilder text, JournalItem.Marked marked) {
    JournalEntry e = marked.item().entry();
    text.append(marked.item().failing() ? '1' : '0').append('\t');
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
    text.append('\t').append(marked.mark().run()).append('\t').append(marked.mark().number());
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

  /// What is in it, for whoever will take it over and [#remove] it. What cannot be read at all is
  /// set aside.
  static Left find(Path folder, Consumer<String> warnings) {
    try {
      PrivateDirectory state = PrivateDirectory.create(folder);
      try {
        return left(state);
      } catch (IOException e) {
        warnings.accept(
            "what an earlier run left cannot be read: "
                + e.getMessage()
                + "; it was set aside as "
                + setAside(state));
        return Left.NOTHING;
      }
    } catch (IOException e) {
      warnings.accept(
          "what an earlier run left in "
              + folder.resolve(NAME)
              + " cannot be taken over: "
              + e.getMessage());
      return Left.NOTHING;
    }
  }

  /// All that could be read of it was taken over. What could not is set aside with it, but for a
  /// line that is cut.
  ///
  /// @return whether it is gone
  static boolean remove(Path folder, Left left, Consumer<String> warnings) {
    try {
      PrivateDirectory state = PrivateDirectory.create(folder);
      if (left.senseless() == 0) {
        state.remove(NAME);
        return true;
      }
      String which =
          (left.senseless() == 1 ? "a line" : left.senseless() + " lines")
              + " of "
              + folder.resolve(NAME)
              + " cannot be read and "
              + (left.senseless() == 1 ? "is" : "are")
              + " left out";
      if (left.cut()) {
        state.remove(NAME);
        warnings.accept(which);
      } else {
        warnings.accept(which + "; it was set aside as " + setAside(state));
      }
      return true;
    } catch (IOException e) {
      warnings.accept(
          "what an earlier run left in "
              + folder.resolve(NAME)
              + " is in the journal now, and cannot be removed: "
              + e.getMessage());
      return false;
    }
  }

  /// What is in it; it stays. A line that cannot be read is left out.
  ///
  /// @throws StoreFailure it cannot be read
  static List<JournalItem.Marked> read(Path folder) {
    try {
      Optional<PrivateDirectory> state = PrivateDirectory.find(folder);
      return state.isEmpty() ? List.of() : left(state.get()).items();
    } catch (IOException e) {
      throw new StoreFailure(
          StoreFailure.Kind.OTHER, folder.resolve(NAME) + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Left left(PrivateDirectory state) throws IOException {
    Optional<byte[]> bytes = state.read(NAME, 2 * (int) LARGEST);
    if (bytes.isEmpty()) {
      return Left.NOTHING;
    }
    List<String> lines = new String(bytes.get(), StandardCharsets.UTF_8).lines().toList();
    JournalMark unmarked = new JournalMark(digest(lines), 1);
    List<JournalItem.Marked> items = new ArrayList<>();
    int senseless = 0;
    boolean cut = false;
    for (String line : lines) {
      try {
        items.add(item(line, unmarked));
        cut = false;
      } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
        senseless++;
        cut = true;
      }
    }
    return new Left(items, senseless, cut && senseless == 1);
  }

  /// What lines without marks go by: all of them together are one batch.
  private static String digest(List<String> lines) {
    CRC32C sum = new CRC32C();
    long length = 0;
    for (String line : lines) {
      if (line.split("\t", -1).length < PARTS) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        sum.update(bytes, 0, bytes.length);
        length += bytes.length;
      }
    }
    return "unmarked-" + length + "-" + Long.toHexString(sum.getValue());
  }

  private static JournalItem.Marked item(String line, JournalMark unmarked) {
    String[] parts = line.split("\t", -1);
    if (parts.length != PARTS && parts.length != WITHOUT_MARK && parts.length != WITHOUT_STACK
        || !Set.of("0", "1").contains(parts[0])) {
      throw new IllegalArgumentException(line);
    }
    List<JournalEntry.Link> causes = new ArrayList<>();
    for (String link : records(parts[8])) {
      String[] of = link.split(String.valueOf(UNIT), -1);
      causes.add(new JournalEntry.Link(Long.parseLong(of[0]), text(of[1]), text(of[2])));
    }
    JournalEntry entry =
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
            Long.parseLong(parts[11]));
    return new JournalItem.Marked(
        parts.length == PARTS ? new JournalMark(parts[13], Long.parseLong(parts[14])) : unmarked,
        new JournalItem(entry, parts[0].equals("1")));
  }

  private static List<String> texts(String part) {
    return records(part).stream().map(JournalSpill::text).toList();
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
