package io.volccv.app;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Shows a person how the demo goes, from a thread of its own. */
final class DemoProgress implements AutoCloseable {
  private static final long FRAME_MILLIS = 80;

  /** How progress looks; called from one thread at a time. */
  interface View {
    /** Shows how things stand now. */
    void show(DemoBoard board);

    /** Leaves the terminal as it was. */
    void end();
  }

  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "volccv-progress");
            thread.setDaemon(true);
            return thread;
          });
  private final DemoBoard board;
  private final View view;

  private DemoProgress(DemoBoard board, View view) {
    this.board = board;
    this.view = view;
  }

  /**
   * @param silent for programs, which read the end only
   */
  static DemoProgress of(DemoBoard board, Terminal terminal, boolean silent) {
    View view = terminal.live() ? new LiveView(terminal) : new PlainView(terminal);
    DemoProgress progress = new DemoProgress(board, silent ? new SilentView() : view);
    progress.ticker.scheduleAtFixedRate(
        () -> progress.view.show(board), 0, FRAME_MILLIS, TimeUnit.MILLISECONDS);
    return progress;
  }

  @Override
  public void close() {
    ticker.shutdown();
    try {
      if (!ticker.awaitTermination(1, TimeUnit.SECONDS)) {
        return; // the terminal takes nothing any more
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    view.show(board);
    view.end();
  }
}
