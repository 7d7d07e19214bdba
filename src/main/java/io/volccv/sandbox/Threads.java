package io.volccv.sandbox;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

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

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
