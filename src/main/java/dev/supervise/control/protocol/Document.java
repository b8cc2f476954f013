package dev.supervise.control.protocol;

import dev.supervise.text.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `--json` prints: the protocol's records, with every component, as people's programs read
/// them. Documents only grow. Pure.
public final class Document {
  private static final int VERSION = 1;
  private static final String SINCE = "notRunningSince";

  private Document() {}

  /// One document: `version`, then the fields.
  public static String of(Map<String, ? extends @Nullable Object> fields) {
    Map<String, @Nullable Object> document = new LinkedHashMap<>();
    document.put("version", VERSION);
    fields.forEach((name, value) -> document.put(name, plain(value)));
    return Json.write(document, Json.DEEP);
  }

  /// One document about an instance: of one that does not run it also says since when.
  public static String of(Instance about, Map<String, ? extends @Nullable Object> fields) {
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    about.notRunning().ifPresent(end -> all.put(SINCE, end.since()));
    all.putAll(fields);
    return of(all);
  }

  /// The line a stream about an instance that does not run begins with.
  public static String line(NotRunning end) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put(SINCE, end.since());
    fields.put("how", end.how());
    return Json.write(fields);
  }

  /// One line of a stream.
  public static String line(Record value) {
    return Json.write(plain(value));
  }

  /// A record as plain values, to be changed before it is shown.
  public static @Nullable Object plain(@Nullable Object value) {
    return RecordCodec.plain(value, true);
  }
}
