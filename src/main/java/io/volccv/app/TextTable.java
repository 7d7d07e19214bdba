package io.volccv.app;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows under headings, aligned by what a terminal shows and not by the count of characters.
 *
 * @param columns from left to right
 * @param rows one text for each column
 */
record TextTable(List<Column> columns, List<List<String>> rows) {
  private static final String GAP = "  ";

  /** Narrower than this a cell tells nothing. */
  private static final int LEAST = 8;

  TextTable {
    columns = List.copyOf(columns);
    rows = List.copyOf(rows);
    for (List<String> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            "a row of " + row.size() + " in a table of " + columns.size() + " columns");
      }
    }
  }

  /** What stands above a column, and how its cells behave. */
  record Column(String heading, Kind kind) {}

  /** How the cells of a column behave. */
  enum Kind {
    /** As wide as its longest cell. */
    TEXT,
    /** Aligned to the right. */
    NUMBER,
    /** Gives way when the line is too narrow. */
    FLEXIBLE
  }

  /** Headings and rows, no line wider than so as long as the flexible columns can give way. */
  List<String> lines(int width) {
    int[] widths = widths(width);
    List<String> lines = new ArrayList<>();
    lines.add(line(columns.stream().map(Column::heading).toList(), widths));
    rows.forEach(row -> lines.add(line(row.stream().map(DisplayText::oneLine).toList(), widths)));
    return lines;
  }

  private int[] widths(int width) {
    int[] widths = IntStream.range(0, columns.size()).map(this::naturalWidth).toArray();
    int excess = IntStream.of(widths).sum() + GAP.length() * (widths.length - 1) - width;
    while (excess > 0) {
      int widest = widestFlexible(widths);
      if (widest < 0) {
        break;
      }
      widths[widest]--;
      excess--;
    }
    return widths;
  }

  private int naturalWidth(int column) {
    return rows.stream()
        .mapToInt(row -> DisplayText.width(DisplayText.oneLine(row.get(column))))
        .reduce(DisplayText.width(columns.get(column).heading()), Math::max);
  }

  private int widestFlexible(int[] widths) {
    int widest = -1;
    for (int i = 0; i < widths.length; i++) {
      boolean canGive = columns.get(i).kind() == Kind.FLEXIBLE && widths[i] > LEAST;
      if (canGive && (widest < 0 || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    return widest;
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = DisplayText.fit(cells.get(i), widths[i]);
      line.append(i == 0 ? "" : GAP)
          .append(
              columns.get(i).kind() == Kind.NUMBER
                  ? DisplayText.padLeft(cell, widths[i])
                  : DisplayText.padRight(cell, widths[i]));
    }
    return line.toString().stripTrailing();
  }
}
