package io.volccv.sandbox;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The sandbox's own threads; none of them keeps a JVM alive. */
final class Threads {
  /** What a drawing of the largest size needs, with room for the calls around it. */
  private static final long HEAP_PER_PAINTER = 400L << 20;

  /** Only a sandbox that stops takes no more work, and then nobody waits for it. */
  private static final RejectedExecutionHandler DROPPED = new ThreadPoolExecutor.DiscardPolicy();

  private Threads() {}

  static ExecutorService painters() {
    Runtime runtime = Runtime.getRuntime();
    int count =
        (int)
            Math.max(
                1, Math.min(runtime.availableProcessors(), runtime.maxMemory() / HEAP_PER_PAINTER));
    return new ThreadPoolExecutor(
        count,
        count,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> daemon(task, "sandbox-painter"),
        DROPPED);
  }

  /** Jetty's. What waits for a thread when it stops is of connections that are closed already. */
  static QueuedThreadPool http() {
    QueuedThreadPool threads =
        new QueuedThreadPool() {
          @Override
          protected void doStop() throws Exception {
            getQueue().clear(); // else it warns of each
            super.doStop();
          }
        };
    threads.setName("sandbox");
    threads.setDaemon(true);
    return threads;
  }

  static ScheduledExecutorService scheduler() {
    return new ScheduledThreadPoolExecutor(1, task -> daemon(task, "sandbox-clock"), DROPPED);
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
