package io.volccv.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** Everything that calls share. */
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
    Tasks tasks,
    Workers workers) {

  /** The bytes of the largest picture that is taken; the vendor's figure for its newest models. */
  static final int PICTURE_LIMIT = 15 * 1024 * 1024;

  /** What a submit takes, whatever its task takes; less where the quickest calls do. */
  private static final SandboxOptions.Latency SUBMIT =
      new SandboxOptions.Latency(Duration.ofMillis(23), Duration.ofMillis(105));

  Duration nextLatency(ApiAction.Kind kind) {
    return switch (kind) {
      case WORK -> latency.at(random.nextDouble());
      case SUBMIT -> shorter(SUBMIT.at(random.nextDouble()), latency.min());
      case QUERY -> Duration.ZERO;
    };
  }

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** Where an action does its work: only what draws waits for a painter. */
  Executor worker(ApiAction.Kind kind) {
    return kind == ApiAction.Kind.WORK ? workers.painters() : Runnable::run;
  }

  void after(Duration wait, Runnable task) {
    workers.after(wait, task);
  }

  ScheduledExecutorService scheduler() {
    return workers.scheduler();
  }
}
