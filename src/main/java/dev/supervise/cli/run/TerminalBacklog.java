package dev.supervise.cli.run;

import dev.supervise.text.Printable;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/// For a person: of each batch the newest lines, as many as can be taken in; what is left out is
/// counted and said. What happened to units goes before what they wrote.
final class TerminalBacklog implements Backlog {
  /// A batch every [Display#BATCH], so 2,000 lines a second.
  static final int LINES = 100;

  private final ArrayDeque<Line> outputs = new ArrayDeque<>();
  private final ArrayDeque<Line> changes = new ArrayDeque<>();
  private final boolean colour;
  private final String where;
  private long sequence;
  private long outputsLeft;
  private long changesLeft;

  private record Line(long sequence, byte[] prefix, byte[] text) {}

  /// @param where all lines can be read
  TerminalBacklog(boolean colour, String where) {
    this.colour = colour;
    this.where = where;
  }

  @Override
  public void output(byte[] prefix, byte[] bytes, int offset, int length) {
    outputs.add(new Line(sequence++, prefix, Printable.output(bytes, offset, length, colour)));
    if (outputs.size() > LINES) {
      outputs.remove();
      outputsLeft++;
    }
  }

  @Override
  public void change(byte[] line) {
    changes.add(new Line(sequence++, line, new byte[0]));
    if (changes.size() > LINES) {
      changes.remove();
      changesLeft++;
    }
  }

  @Override
  public boolean isEmpty() {
    return outputs.isEmpty() && changes.isEmpty();
  }

  @Override
  public byte[] take() {
    while (outputs.size() > LINES - changes.size()) {
      outputs.remove();
      outputsLeft++;
    }
    ByteArrayOutputStream batch = new ByteArrayOutputStream(8192);
    if (outputsLeft > 0) {
      write(batch, bytes("... " + outputsLeft + " lines not shown; all are in " + where));
      outputsLeft = 0;
    }
    if (changesLeft > 0) {
      write(batch, bytes("... " + changesLeft + " more changes of units not shown"));
      changesLeft = 0;
    }
    while (!isEmpty()) {
      Line output = outputs.peek();
      Line change = changes.peek();
      boolean changeFirst =
          output == null || change != null && change.sequence() < output.sequence();
      Line next = (changeFirst ? changes : outputs).remove();
      batch.writeBytes(next.prefix());
      write(batch, next.text());
    }
    return batch.toByteArray();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void write(ByteArrayOutputStream batch, byte[] line) {
    batch.writeBytes(line);
    batch.write('\n');
  }
}
