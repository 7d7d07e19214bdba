package io.volccv.client;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A few threads for what calls do that may block for a moment: hashing a body for its signature,
 * and ending a call. Never for what comes after a call, which may block for long.
 *
 * <p>Nothing that was handed over is ever dropped: after {@link #close()} it runs on the caller's
 * thread, so that each call comes to its end.
 */
final class CallThreads implements Executor, AutoCloseable {

  private final ThreadPoolExecutor pool;
  private final ScheduledThreadPoolExecutor timer;
  private final Set<CompletableFuture<Void>> pauses = ConcurrentHashMap.newKeySet();

  CallThreads(int size) {
    this.pool =
        new ThreadPoolExecutor(
            size, size, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), CallThread::new);
    pool.allowCoreThreadTimeOut(true);
    this.timer = new ScheduledThreadPoolExecutor(1, CallThreads::timer);
  }

  /** Known by its class: a step of a call that is on one already need not change threads. */
  private static final class CallThread extends Thread {
    CallThread(Runnable task) {
      super(task, "volccv-call");
      setDaemon(true);
    }
  }

  private static Thread timer(Runnable task) {
    Thread thread = new Thread(task, "volccv-pause");
    thread.setDaemon(true);
    return thread;
  }

  /** On this thread when it is one of them already: each change of threads costs a wake-up. */
  @Override
  public void execute(Runnable task) {
    if (Thread.currentThread() instanceof CallThread) {
      task.run();
      return;
    }
    try {
      pool.execute(task);
    } catch (RejectedExecutionException e) {
      task.run();
    }
  }

  /** Completes after a pause, on one of the threads; at once when all has ended meanwhile. */
  CompletionStage<Void> after(long millis) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    pauses.add(over);
    try {
      timer.schedule(() -> over.complete(null), millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      over.complete(null);
    }
    return over.whenComplete((nothing, failure) -> pauses.remove(over))
        .thenRunAsync(() -> {}, this);
  }

  /** Cuts pauses short; what waits for one then finds that all is ending. */
  void endPauses() {
    timer.shutdownNow();
    pauses.forEach(pause -> pause.complete(null));
  }

  @Override
  public void close() {
    endPauses();
    pool.shutdown();
  }
}
