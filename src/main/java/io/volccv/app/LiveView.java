package io.volccv.app;

import java.util.ArrayList;
import java.util.List;

/** Lines that are drawn over: one for each picture, and a bar below. */
final class LiveView implements DemoProgress.View {
  private static final String[] SPINNER = {"⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"};
  private static final String UP = "\u001B[%dA";
  private static final String CLEAR_BELOW = "\r\u001B[J";
  private static final String CLEAR_REST = "\u001B[K";
  private static final String HIDE_CURSOR = "\u001B[?25l";
  private static final String SHOW_CURSOR = "\u001B[?25h";

  /** More would scroll a small window, and what has scrolled away can't be drawn over. */
  private static final int MOST_LINES = 14;

  private static final int BAR = 24;

  private final Terminal terminal;
  private int drawn;
  private int frame;

  LiveView(Terminal terminal) {
    this.terminal = terminal;
    terminal.out().print(HIDE_CURSOR);
  }

  @Override
  public void show(DemoBoard board) {
    StringBuilder screen = new StringBuilder(top());
    List<String> lines = lines(board);
    lines.forEach(line -> screen.append(line).append(CLEAR_REST).append('\n'));
    drawn = lines.size();
    frame++;
    terminal.out().print(screen);
    terminal.out().flush();
  }

  @Override
  public void end() {
    terminal.out().print(top() + CLEAR_BELOW + SHOW_CURSOR);
    terminal.out().flush();
    drawn = 0;
  }

  private String top() {
    return drawn == 0 ? "" : UP.formatted(drawn);
  }

  private List<String> lines(DemoBoard board) {
    List<DemoBoard.Row> rows = board.rows();
    int names = rows.stream().mapToInt(row -> DisplayText.width(row.name())).max().orElse(0);
    int width = Math.max(8, Math.min(names, terminal.columns() - 24));
    List<String> lines = new ArrayList<>();
    rows.stream().limit(MOST_LINES).forEach(row -> lines.add(line(row, width, board)));
    long ended = rows.stream().filter(row -> row.end() != null).count();
    lines.add("");
    lines.add(
        "  %s  %d/%d  %s s"
            .formatted(
                bar(ended, rows.size()), ended, rows.size(), DemoReport.seconds(board.elapsed())));
    return lines;
  }

  private String line(DemoBoard.Row row, int width, DemoBoard board) {
    String name =
        DisplayText.padRight(DisplayText.fit(DisplayText.oneLine(row.name()), width), width);
    if (row.end() == null && row.started() == null) {
      return "  " + Style.DIM.on("· " + name, terminal);
    }
    String seconds = DisplayText.padLeft(DemoReport.seconds(row.taken(board.now())), 5) + " s";
    if (row.end() == null) {
      return "  " + Style.CYAN.on(SPINNER[frame % SPINNER.length], terminal) + " " + name + seconds;
    }
    return row.isDone()
        ? "  " + Style.GREEN.on("✓", terminal) + " " + name + seconds
        : "  " + Style.RED.on("✗", terminal) + " " + name + seconds + "  " + DemoReport.word(row);
  }

  private String bar(long ended, int all) {
    int full = all == 0 ? 0 : (int) (ended * BAR / all);
    return Style.GREEN.on("█".repeat(full), terminal)
        + Style.DIM.on("░".repeat(BAR - full), terminal);
  }
}
