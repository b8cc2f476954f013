package dev.supervise.control.protocol;

import dev.supervise.worker.output.LogBook;
import java.util.List;

/// Where the lines of one unit are kept. Clients run on the same machine as the same user, so they
/// read the files themselves: fifty of them who follow cost the instance nothing.
///
/// @param files absolute; two where standard error is kept apart; none where nothing is kept
/// @param recent how many bytes of each file, those set aside included, were written within the
///   time asked for; -1: not known; none where no time was asked for
/// @param format `plain`, `timestamps` or `json`: how a line stands there
public record UnitLog(String path, List<String> files, String format, List<Long> recent) {
  /// Of a time nothing is known.
  public static UnitLog of(String path, LogBook.Place place) {
    List<String> files =
        place.files().stream().map(file -> file.toAbsolutePath().toString()).toList();
    return new UnitLog(path, files, RecordCodec.word(place.format()), List.of());
  }

  public UnitLog {
    files = List.copyOf(files);
    recent = List.copyOf(recent);
  }
}
