package io.volccv.component;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.util.concurrent.CamelThreadFactory;

/**
 * The threads on which routes go on after a call. As few as there are processors while routes are
 * quick; more when what waits does not move, since a sink may block, and a route may call {@code
 * volccv:} again and wait for it: with a fixed number all of them could wait for one more.
 */
final class RouteThreads implements Executor, AutoCloseable {

  private static final int MOST = 512;
  private static final long LOOK_MILLIS = 50;

  /** A busy machine stands still for one look and more. */
  private static final int LOOKS = 3;

  private final int fewest = Math.max(2, Runtime.getRuntime().availableProcessors());
  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          fewest, MOST, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("volccv-route"));
  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(1, named("volccv-route-watch"));
  private final AtomicBoolean watched = new AtomicBoolean();
  private long moved;
  private int still;

  RouteThreads() {
    pool.allowCoreThreadTimeOut(true);
  }

  private static ThreadFactory named(String name) {
    return new CamelThreadFactory(null, name, true);
  }

  /** Never drops a task: after {@link #close()} it runs on the caller's thread. */
  @Override
  public void execute(Runnable task) {
    try {
      pool.execute(task);
      watch();
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  private void watch() {
    if (!pool.getQueue().isEmpty() && !pool.isShutdown() && watched.compareAndSet(false, true)) {
      timer.schedule(this::look, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    int waiting = pool.getQueue().size();
    int threads = pool.getCorePoolSize();
    long done = pool.getCompletedTaskCount();
    still = waiting > 0 && done == moved ? still + 1 : 0;
    moved = done;
    if (waiting == 0) {
      pool.setCorePoolSize(fewest);
    } else if (still >= LOOKS) {
      pool.setCorePoolSize(Math.min(MOST, threads + Math.min(waiting, threads)));
      still = 0;
    }
    watched.set(false);
    watch();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    pool.shutdown();
  }
}
