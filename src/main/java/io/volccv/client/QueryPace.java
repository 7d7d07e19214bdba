package io.volccv.client;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Spaces out result queries, which cost nothing and are limited on their own: 10 a second for all
 * processes together. When many wait, the one whose result dies first goes first.
 *
 * @see <a href="https://www.volcengine.com/docs/6791/1359424">the limit of queries</a>
 */
final class QueryPace {

  private static final long STEP_NANOS = TimeUnit.SECONDS.toNanos(1) / 10;

  private record Waiting(Instant deadline, CompletableFuture<Void> turn) {}

  private final CallThreads threads;
  private final IntSupplier processes;
  private final PriorityQueue<Waiting> queue =
      new PriorityQueue<>(Comparator.comparing(Waiting::deadline));
  private long next = System.nanoTime();
  private boolean running;
  private boolean ended;

  /**
   * @param processes how many processes share the limit
   */
  QueryPace(CallThreads threads, IntSupplier processes) {
    this.threads = threads;
    this.processes = processes;
  }

  /** Completes when the query may be sent. */
  CompletionStage<Void> turn(Instant deadline) {
    Waiting one = new Waiting(deadline, new CompletableFuture<>());
    synchronized (this) {
      if (ended) {
        return CompletableFuture.completedFuture(null);
      }
      queue.add(one);
      if (running) {
        return one.turn();
      }
      running = true;
    }
    release();
    return one.turn();
  }

  /** Nothing is asked for so long: the service said that it is too fast. */
  synchronized void rest(long millis) {
    next = Math.max(next, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
  }

  /** One at a time, as long as there are any. */
  private void release() {
    Waiting first = null;
    long wait;
    synchronized (this) {
      if (ended) {
        return;
      }
      long now = System.nanoTime();
      wait = next - now;
      if (wait <= 0) {
        first = queue.poll();
        if (first == null) {
          running = false;
          return;
        }
        next = now + STEP_NANOS * Math.max(1, processes.getAsInt());
        wait = next - now;
      }
    }
    if (first != null) {
      first.turn().complete(null);
    }
    threads.after(TimeUnit.NANOSECONDS.toMillis(wait) + 1).thenRun(this::release);
  }

  /** Nobody waits any more: who asks now finds that all is ending. */
  void end() {
    List<Waiting> left;
    synchronized (this) {
      ended = true;
      left = List.copyOf(queue);
      queue.clear();
    }
    left.forEach(one -> one.turn().complete(null));
  }
}
