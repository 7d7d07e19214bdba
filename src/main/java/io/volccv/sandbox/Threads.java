package io.volccv.sandbox;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** The sandbox's own threads; none of them keeps a JVM alive. */
final class Threads {
  /** What a drawing of the largest size needs, with room for the calls around it. */
  private static final long HEAP_PER_PAINTER = 400L << 20;

  private Threads() {}

  static ExecutorService painters() {
    Runtime runtime = Runtime.getRuntime();
    int count =
        (int)
            Math.max(
                1, Math.min(runtime.availableProcessors(), runtime.maxMemory() / HEAP_PER_PAINTER));
    return Executors.newFixedThreadPool(count, task -> daemon(task, "sandbox-painter"));
  }

  static ScheduledExecutorService scheduler() {
    return Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "sandbox-clock"));
  }

  /** Ends them, and waits until none of them can touch a file any more. */
  static void stop(ExecutorService threads) throws InterruptedException {
    threads.shutdownNow();
    if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a thread of the sandbox does not end");
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
