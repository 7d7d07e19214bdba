package io.volccv.bench.ledger;

import io.volccv.ledger.Budget;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.ledger.Quota;
import io.volccv.model.CvResult;
import io.volccv.model.Money;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls that go their whole way through a ledger and nowhere else: claimed, sent, settled with a
 * result (which is kept on the disk, without pictures), delivered.
 */
final class Load implements AutoCloseable {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  static final CvResult RESULT =
      new CvResult(
          "model", "request", List.of(), Map.of(), Optional.empty(), Optional.of(new Money(200)));

  private final JdbcLedger ledger;
  private final ExecutorService callers = Executors.newCachedThreadPool();
  private final long thread;

  /**
   * What calls at a steady pace took.
   *
   * @param cpuMillis of the ledger's thread, per call
   * @param p50Millis from the wish to the claim
   */
  record Steady(double cpuMillis, double p50Millis, double p99Millis) {}

  Load(Store store) {
    ledger =
        new JdbcLedger(
            store.url(),
            store.folder().resolve("kept-" + store.name()),
            new Quota("bench", 0, 1_000, 10_000),
            Budget.NONE,
            Duration.ofMinutes(2));
    ledger.start();
    thread = ledgerThread();
  }

  private static long ledgerThread() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(one -> one.getName().equals("volccv-ledger"))
        .findFirst()
        .orElseThrow()
        .getId();
  }

  /** From the wish to the claim, in nanoseconds. */
  private long call() {
    String key = UUID.randomUUID().toString();
    Wish wish =
        new Wish(
            Optional.of(key), "model", "print", Optional.of(new Money(200)), 1, Optional.empty());
    long begun = System.nanoTime();
    Claim claim = (Claim) ledger.claim(wish).toCompletableFuture().join();
    long claimed = System.nanoTime() - begun;
    claim.sent().toCompletableFuture().join();
    claim.settle(new Settlement.Done(RESULT)).toCompletableFuture().join();
    ledger.delivered(key);
    return claimed;
  }

  void many(int width, int calls) throws InterruptedException {
    AtomicLong left = new AtomicLong(calls);
    together(
        width,
        () -> {
          while (left.getAndDecrement() > 0) {
            call();
          }
        });
  }

  /** Calls per second of callers that wait for each other's end only at the disk. */
  double full(int width, int seconds) throws InterruptedException {
    AtomicLong made = new AtomicLong();
    long begun = System.nanoTime();
    long end = begun + TimeUnit.SECONDS.toNanos(seconds);
    together(
        width,
        () -> {
          while (System.nanoTime() - end < 0) {
            call();
            made.incrementAndGet();
          }
        });
    return made.get() * 1e9 / (System.nanoTime() - begun);
  }

  private void together(int width, Runnable work) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(width);
    for (int i = 0; i < width; i++) {
      callers.execute(
          () -> {
            try {
              work.run();
            } finally {
              ended.countDown();
            }
          });
    }
    ended.await();
  }

  /** Each begins at its time, whether or not those before it have ended. */
  Steady steady(int perSecond, int seconds) throws InterruptedException {
    int calls = perSecond * seconds;
    ConcurrentLinkedQueue<Long> waits = new ConcurrentLinkedQueue<>();
    CountDownLatch ended = new CountDownLatch(calls);
    long cpu = THREADS.getThreadCpuTime(thread);
    long begun = System.nanoTime();
    for (int i = 0; i < calls; i++) {
      long at = begun + i * TimeUnit.SECONDS.toNanos(1) / perSecond;
      for (long left; (left = at - System.nanoTime()) > 0; ) {
        LockSupport.parkNanos(left);
      }
      callers.execute(
          () -> {
            try {
              waits.add(call());
            } finally {
              ended.countDown();
            }
          });
    }
    ended.await();
    double millis = (THREADS.getThreadCpuTime(thread) - cpu) / 1e6 / calls;
    long[] sorted = waits.stream().mapToLong(Long::longValue).sorted().toArray();
    if (sorted.length != calls) {
      throw new IllegalStateException(Arrays.toString(sorted) + " of " + calls + " have ended");
    }
    return new Steady(millis, sorted[calls / 2] / 1e6, sorted[calls * 99 / 100] / 1e6);
  }

  @Override
  public void close() {
    callers.shutdown();
    ledger.close();
  }
}
