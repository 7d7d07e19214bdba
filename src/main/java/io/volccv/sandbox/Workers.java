package io.volccv.sandbox;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Who does the work.
 *
 * @param painters draws, a few pictures at a time
 * @param threads runs what is due after a wait
 * @param scheduler waits
 */
record Workers(Executor painters, Executor threads, ScheduledExecutorService scheduler) {

  void after(Duration wait, Runnable task) {
    if (wait.isNegative() || wait.isZero()) {
      task.run();
    } else {
      scheduler.schedule(() -> threads.execute(task), wait.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
