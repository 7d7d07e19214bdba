package io.volccv.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Everything that calls share.
 *
 * @param painters does the work of calls, a few at a time
 * @param threads runs what is due after a wait
 * @param scheduler waits
 */
record Service(
    Gate gate,
    BillBook bill,
    FaultBook faults,
    Limits limits,
    RequestLog requests,
    SandboxOptions.Latency latency,
    Ids ids,
    Clock clock,
    Random random,
    Executor painters,
    Executor threads,
    ScheduledExecutorService scheduler) {

  /** The bytes of the largest picture that is taken; the vendor's figure for its newest models. */
  static final int PICTURE_LIMIT = 15 * 1024 * 1024;

  Duration nextLatency() {
    return latency.at(random.nextDouble());
  }

  void after(Duration wait, Runnable task) {
    if (wait.isNegative() || wait.isZero()) {
      task.run();
    } else {
      scheduler.schedule(() -> threads.execute(task), wait.toNanos(), TimeUnit.NANOSECONDS);
    }
  }
}
