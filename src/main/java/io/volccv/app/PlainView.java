package io.volccv.app;

import java.util.HashSet;
import java.util.Set;

/** For pipes and logs: one line for each picture that is ready. */
final class PlainView implements DemoProgress.View {
  private final Terminal terminal;
  private final Set<String> shown = new HashSet<>();

  PlainView(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void show(DemoBoard board) {
    for (DemoBoard.Row row : board.rows()) {
      if (row.end() != null && shown.add(row.name())) {
        terminal
            .out()
            .printf(
                "  %d/%d  %s  %s  %s s%n",
                shown.size(),
                board.rows().size(),
                DemoReport.word(row),
                DisplayText.oneLine(row.name()),
                DemoReport.seconds(row.taken(board.now())));
      }
    }
  }

  @Override
  public void end() {
    terminal.out().println();
  }
}
