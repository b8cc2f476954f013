package dev.supervise.worker.output;

import dev.supervise.spec.Logs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.function.LongSupplier;

/// How one line of output stands in its file, where that is not byte for byte.
sealed interface LineForm {
  /// Puts a line into `to`, newline included. One thread at a time.
  ///
  /// @param at when its first byte was read, in milliseconds since 1970
  void line(Bytes to, long at, byte[] bytes, int offset, int length, Lines.End end);

  /// A line of supervise's own, newline included, as of now. Any thread.
  byte[] mark(String text);

  /// @param stream `stdout`, `stderr`, or empty where the two are not told apart
  /// @return empty for a file that takes output as it is
  static Optional<LineForm> of(
      Logs.Format format, String unit, String stream, LongSupplier wallClock) {
    return switch (format) {
      case PLAIN -> Optional.empty();
      case TIMESTAMPS -> Optional.of(new Stamped(wallClock));
      case JSON -> Optional.of(new Json(unit, stream, wallClock));
    };
  }

  /// `2026-11-21T15:13:31.070Z text`.
  final class Stamped implements LineForm {
    private static final byte[] GOES_ON = Lines.goesOn();

    private final TimeOfDay time = new TimeOfDay();
    private final LongSupplier wallClock;

    Stamped(LongSupplier wallClock) {
      this.wallClock = wallClock;
    }

    @Override
    public void line(Bytes to, long at, byte[] bytes, int offset, int length, Lines.End end) {
      time.put(to, at);
      to.put(' ');
      to.put(bytes, offset, length);
      if (end == Lines.End.PIECE) {
        to.put(GOES_ON);
      }
      to.put('\n');
    }

    @Override
    public byte[] mark(String text) {
      Bytes to = new Bytes();
      new TimeOfDay().put(to, wallClock.getAsLong());
      to.put((" [supervise: " + text + "]\n").getBytes(StandardCharsets.UTF_8));
      return to.copy();
    }
  }

  /// `{"time":"…","unit":"backend/web","stream":"stderr","line":"text"}`. Bytes that are not UTF-8
  /// stand in `base64` instead of `line`; `"partial":true` says that no newline followed: the
  /// output is all lines joined, each with a newline but the partial ones.
  final class Json implements LineForm {
    private static final byte[] TIME = ascii("{\"time\":\"");
    private static final byte[] LINE = ascii("\"line\":\"");
    private static final byte[] BASE64 = ascii("\"base64\":\"");
    private static final byte[] SUPERVISE = ascii("\"supervise\":\"");
    private static final byte[] PARTIAL = ascii("\",\"partial\":true}\n");
    private static final byte[] END = ascii("\"}\n");

    private final TimeOfDay time = new TimeOfDay();
    private final byte[] source;
    private final LongSupplier wallClock;

    Json(String unit, String stream, LongSupplier wallClock) {
      this.source =
          ("\",\"unit\":\"" + unit + (stream.isEmpty() ? "" : "\",\"stream\":\"" + stream) + "\",")
              .getBytes(StandardCharsets.UTF_8);
      this.wallClock = wallClock;
    }

    @Override
    public void line(Bytes to, long at, byte[] bytes, int offset, int length, Lines.End end) {
      to.put(TIME);
      time.put(to, at);
      to.put(source);
      if (JsonText.possible(bytes, offset, length)) {
        to.put(LINE);
        JsonText.put(to, bytes, offset, length);
      } else {
        to.put(BASE64);
        to.put(JsonText.base64(bytes, offset, length));
      }
      to.put(end == Lines.End.NEWLINE ? END : PARTIAL);
    }

    @Override
    public byte[] mark(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      Bytes to = new Bytes();
      to.put(TIME);
      new TimeOfDay().put(to, wallClock.getAsLong());
      to.put(source);
      to.put(SUPERVISE);
      JsonText.put(to, bytes, 0, bytes.length);
      to.put(END);
      return to.copy();
    }

    private static byte[] ascii(String text) {
      return text.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /// The time of day in UTC, always 24 characters. One thread at a time.
  final class TimeOfDay {
    private static final DateTimeFormatter TO_SECONDS =
        DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);

    private long second = Long.MIN_VALUE;
    private long milli = Long.MIN_VALUE;
    private final byte[] text = new byte[24];

    void put(Bytes to, long millis) {
      if (millis != milli) {
        milli = millis;
        set(millis);
      }
      to.put(text);
    }

    private void set(long millis) {
      long wanted = Math.floorDiv(millis, 1000);
      if (wanted != second) {
        second = wanted;
        byte[] toSecond =
            TO_SECONDS.format(Instant.ofEpochSecond(wanted)).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(toSecond, 0, text, 0, 20);
      }
      int rest = Math.floorMod(millis, 1000);
      text[20] = (byte) ('0' + rest / 100);
      text[21] = (byte) ('0' + rest / 10 % 10);
      text[22] = (byte) ('0' + rest % 10);
      text[23] = 'Z';
    }
  }
}
