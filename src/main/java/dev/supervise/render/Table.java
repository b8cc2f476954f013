package dev.supervise.render;

import dev.supervise.text.Printable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows under headings, made to fit the width: first the columns that may give way are cut, then
/// the ones that can be spared are left out, the most dispensable first. A column that is empty in
/// every row is not shown. Mutable while it is filled; pure otherwise.
///
/// ```
/// NAME      STATUS   PID   RESTARTS  FOR
/// db        running  4711         0  2 m
/// ```
public final class Table {
  private static final String GAP = "  ";

  /// A column that gives way keeps at least so much.
  private static final int LEAST = 8;

  private final List<Column> columns;
  private final List<List<Cell>> rows = new ArrayList<>();

  /// One column.
  ///
  /// @param right numbers stand below each other
  /// @param gives may be cut
  /// @param spare 0: always shown; of the others the highest is left out first
  public record Column(String heading, boolean right, boolean gives, int spare) {
    /// Text that is never cut nor left out.
    public static Column text(String heading) {
      return new Column(heading, false, false, 0);
    }

    public static Column number(String heading) {
      return new Column(heading, true, false, 0);
    }

    /// The same column, cut when the line is too long.
    public Column giving() {
      return new Column(heading, right, true, spare);
    }

    /// The same column, left out before those with a lower number.
    public Column sparing(int rank) {
      return new Column(heading, right, gives, rank);
    }
  }

  /// One cell.
  public record Cell(String text, Style ink) {
    public Cell {
      text = Printable.cell(text);
    }

    public static Cell of(Object value) {
      return new Cell(String.valueOf(value), Style.PLAIN);
    }
  }

  public Table(Column... columns) {
    this.columns = List.of(columns);
  }

  /// Adds a row: a [Cell], or anything else as plain text, for every column.
  public Table row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + columns.size() + " columns");
    }
    rows.add(Arrays.stream(cells).map(cell -> cell instanceof Cell c ? c : Cell.of(cell)).toList());
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /// The lines, heading first; none where there are no rows.
  public List<String> lines(OutputFormat canvas) {
    if (rows.isEmpty()) {
      return List.of();
    }
    int[] widths = widths(canvas);
    List<String> lines = new ArrayList<>();
    lines.add(
        line(
            columns.stream().map(column -> new Cell(column.heading(), Style.PALE)).toList(),
            widths,
            canvas));
    rows.forEach(row -> lines.add(line(row, widths, canvas)));
    return lines;
  }

  /// How wide each column is; -1: not shown.
  private int[] widths(OutputFormat canvas) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      int widest = 0;
      for (List<Cell> row : rows) {
        widest = Math.max(widest, TextWidth.width(row.get(i).text()));
      }
      boolean empty = widest == 0 && columns.get(i).spare() > 0;
      widths[i] = empty ? -1 : Math.max(widest, TextWidth.width(columns.get(i).heading()));
    }
    if (canvas.columns() > 0) {
      while (sum(widths) > canvas.columns() && (cut(widths, canvas) || leaveOut(widths))) {
        continue;
      }
    }
    return widths;
  }

  private static int sum(int[] widths) {
    int sum = -GAP.length();
    for (int width : widths) {
      sum += width < 0 ? 0 : width + GAP.length();
    }
    return sum;
  }

  /// Takes what is too much from the widest column that gives way.
  private boolean cut(int[] widths, OutputFormat canvas) {
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      if (columns.get(i).gives()
          && widths[i] > LEAST
          && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest < 0) {
      return false;
    }
    widths[widest] = Math.max(LEAST, widths[widest] - (sum(widths) - canvas.columns()));
    return true;
  }

  private boolean leaveOut(int[] widths) {
    int spared = -1;
    for (int i = 0; i < widths.length; i++) {
      boolean candidate = widths[i] >= 0 && columns.get(i).spare() > 0;
      if (candidate && (spared < 0 || columns.get(i).spare() > columns.get(spared).spare())) {
        spared = i;
      }
    }
    if (spared < 0) {
      return false;
    }
    widths[spared] = -1;
    // The room is the others' again.
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] >= 0 && columns.get(i).gives()) {
        int column = i;
        widths[i] =
            Math.max(
                TextWidth.width(columns.get(i).heading()),
                rows.stream()
                    .mapToInt(row -> TextWidth.width(row.get(column).text()))
                    .max()
                    .orElse(0));
      }
    }
    return true;
  }

  private String line(List<Cell> cells, int[] widths, OutputFormat canvas) {
    StringBuilder line = new StringBuilder();
    int last = -1;
    for (int i = 0; i < widths.length; i++) {
      last = widths[i] < 0 ? last : i;
    }
    for (int i = 0; i <= last; i++) {
      if (widths[i] < 0) {
        continue;
      }
      Cell cell = cells.get(i);
      String text = TextWidth.fit(cell.text(), widths[i], canvas.unicode());
      boolean right = columns.get(i).right();
      String padded = i == last && !right ? text : TextWidth.padded(text, widths[i], right);
      line.append(line.isEmpty() ? "" : GAP);
      line.append(canvas.colour() ? cell.ink().paint(padded) : padded);
    }
    return line.toString().stripTrailing();
  }
}
