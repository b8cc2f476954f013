package dev.supervise.dsl.value;

import dev.supervise.text.DurationText;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Numbers with a unit: `5.seconds`, `'5s'`, `10.MB`.
public final class Quantity {
  private static final Pattern TEXT = Pattern.compile("(-?[0-9]+(?:\\.[0-9]+)?) ?([A-Za-z]+)");

  private static final Map<String, Long> SIZES =
      Map.of("B", 1L, "KB", 1L << 10, "MB", 1L << 20, "GB", 1L << 30, "TB", 1L << 40);

  private Quantity() {}

  /// A number of bytes; counts as a number, so that `64.KB * 2` works.
  public static final class Bytes extends Number {
    private static final long serialVersionUID = 1L;
    private final long count;

    public Bytes(long count) {
      this.count = count;
    }

    public long count() {
      return count;
    }

    @Override
    public int intValue() {
      return Math.toIntExact(count);
    }

    @Override
    public long longValue() {
      return count;
    }

    @Override
    public float floatValue() {
      return count;
    }

    @Override
    public double doubleValue() {
      return count;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bytes bytes && bytes.count == count;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(count);
    }

    @Override
    public String toString() {
      return Long.toString(count);
    }
  }

  /// The value of `number.unit`; null where the language has no such unit. Units of one letter
  /// exist in strings only.
  static @Nullable public Object of(Number number, String unit) {
    Long nanos = unit.length() > 1 ? DurationText.UNITS.get(unit) : null;
    if (nanos != null) {
      return time(number, nanos);
    }
    Long bytes = unit.length() > 1 ? SIZES.get(unit) : null;
    return bytes == null ? null : size(number, bytes);
  }

  /// Whether `number.unit` means something.
  public static boolean isUnit(String unit) {
    return unit.length() > 1 && (DurationText.UNITS.containsKey(unit) || SIZES.containsKey(unit));
  }

  /// @throws WordError a number that no exact calculation should be begun with: one of a hundred
  ///   million digits takes minutes
  private static BigDecimal exact(Number number, String what) {
    BigDecimal exact = new BigDecimal(number.toString());
    if (exact.precision() > 100 || Math.abs((long) exact.scale()) > 100) {
      throw new WordError(what);
    }
    return exact;
  }

  private static Duration time(Number number, long nanos) {
    BigDecimal exact =
        exact(number, "the duration is too long").multiply(BigDecimal.valueOf(nanos));
    BigDecimal[] parts = exact.divideAndRemainder(BigDecimal.valueOf(1_000_000_000L));
    try {
      return Duration.ofSeconds(
          parts[0].longValueExact(), parts[1].setScale(0, RoundingMode.HALF_UP).longValueExact());
    } catch (ArithmeticException _) {
      throw new WordError("the duration is too long");
    }
  }

  private static Bytes size(Number number, long unit) {
    BigDecimal exact = exact(number, "the size is too large").multiply(BigDecimal.valueOf(unit));
    try {
      return new Bytes(exact.setScale(0, RoundingMode.HALF_UP).longValueExact());
    } catch (ArithmeticException _) {
      throw new WordError("the size is too large");
    }
  }

  /// `250ms`, `1.5s`, `2m`, `1 hour`.
  public static Optional<Duration> duration(String text) {
    return DurationText.read(text);
  }

  /// `10MB`, `64 KB`, `512`.
  public static OptionalLong bytes(String text) {
    String stripped = text.strip();
    if (stripped.matches("[0-9]{1,18}")) {
      return OptionalLong.of(Long.parseLong(stripped));
    }
    Matcher matcher = TEXT.matcher(stripped);
    Long unit = matcher.matches() ? SIZES.get(matcher.group(2).toUpperCase(Locale.ROOT)) : null;
    if (unit == null || matcher.group(1).startsWith("-")) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(size(new BigDecimal(matcher.group(1)), unit).count());
  }

  /// Whether a text is a duration or a size that can be had.
  public static boolean isText(String text) {
    try {
      return duration(text).isPresent() || bytes(text).isPresent();
    } catch (WordError tooLarge) {
      return false;
    }
  }
}
