package dev.supervise.repl.live;

import dev.supervise.dsl.load.LiveSession;
import dev.supervise.render.Listings;
import dev.supervise.render.OutputFormat;
import dev.supervise.run.UnitSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.codehaus.groovy.runtime.FormatHelper;
import org.jspecify.annotations.Nullable;

/// What a line of Groovy came to, as lines for people: handles as a table, anything else as Groovy
/// writes it, and never more than can be read.
final class Values {
  private static final int LINES = 200;
  private static final int LONGEST = 20_000;

  private Values() {}

  static List<String> lines(@Nullable Object value, OutputFormat canvas) {
    if (value == null) {
      return List.of();
    }
    if (value instanceof UnitHandle handle) {
      return table(List.of(handle), canvas);
    }
    if (value instanceof Collection<?> many
        && !many.isEmpty()
        && many.stream().allMatch(UnitHandle.class::isInstance)) {
      return table(many.stream().map(UnitHandle.class::cast).toList(), canvas);
    }
    String text =
        value instanceof CharSequence
            ? value.toString()
            : LiveSession.plain(FormatHelper.format(value, false));
    if (text.length() > LONGEST) {
      text = text.substring(0, LONGEST) + "\n... " + (text.length() - LONGEST) + " more characters";
    }
    List<String> lines = new ArrayList<>(text.lines().limit(LINES + 1L).toList());
    if (lines.size() > LINES) {
      lines.set(LINES, "... more lines");
    }
    return lines;
  }

  /// What is below each is listed with it only where it was asked for by its own handle.
  private static List<String> table(List<UnitHandle> handles, OutputFormat canvas) {
    List<UnitSnapshot> views = new ArrayList<>();
    for (UnitHandle handle : handles) {
      views.add(handle.view().alone());
    }
    return Listings.table(views, canvas);
  }
}
