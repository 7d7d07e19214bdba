package io.volccv.bench.ledger;

import io.volccv.ledger.Budget;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Ledger;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.ledger.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/** Ledgers on one database that are always asked for more calls than their quota grants. */
final class Demand {

  private static final int CALLERS = 16;
  private static final long WARM_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final List<JdbcLedger> ledgers = new ArrayList<>();
  private final Executor service;
  private final Queue<Call> calls = new ConcurrentLinkedQueue<>();
  private final List<CompletableFuture<Void>> callers = new ArrayList<>();
  private volatile boolean over;

  /** Nanoseconds from when a call was sent to when the service had answered. */
  private record Call(long begun, long ended) {
    private boolean isUnderWay(long at) {
      return begun <= at && at < ended;
    }
  }

  /**
   * What the service saw in a while.
   *
   * @param begun calls
   * @param meanUnderWay calls at a time
   */
  record Use(int begun, int mostBegunInASecond, double meanUnderWay, int mostUnderWay) {}

  /**
   * @param callMillis what a call takes
   */
  Demand(Store store, Quota quota, int ledgers, long callMillis) {
    this.service = CompletableFuture.delayedExecutor(callMillis, TimeUnit.MILLISECONDS);
    for (int i = 0; i < ledgers; i++) {
      JdbcLedger ledger =
          new JdbcLedger(
              store.url(),
              store.folder().resolve("kept" + i),
              quota,
              Budget.NONE,
              Duration.ofMinutes(2));
      ledger.start();
      this.ledgers.add(ledger);
    }
  }

  /**
   * Once the pace has settled; the ledgers are closed then.
   *
   * @throws java.util.concurrent.CompletionException when a call failed
   */
  Use during(int seconds) {
    for (JdbcLedger ledger : ledgers) {
      for (int i = 0; i < CALLERS; i++) {
        CompletableFuture<Void> caller = new CompletableFuture<>();
        callers.add(caller);
        call(ledger, caller);
      }
    }
    long from = System.nanoTime() + WARM_NANOS;
    long to = from + seconds * SECOND;
    for (long left; (left = to - System.nanoTime()) > 0; ) {
      LockSupport.parkNanos(left);
    }
    over = true;
    CompletableFuture.allOf(callers.toArray(CompletableFuture[]::new)).join();
    ledgers.forEach(Ledger::close);
    return use(from, to);
  }

  /** One call, and at its end the next. */
  private void call(JdbcLedger ledger, CompletableFuture<Void> caller) {
    String key = UUID.randomUUID().toString();
    Wish wish = new Wish(Optional.of(key), "model", "print", Optional.empty(), 1, Optional.empty());
    ledger
        .claim(wish)
        .thenCompose(admission -> send((Claim) admission))
        .thenCompose(nothing -> ledger.delivered(key))
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                caller.completeExceptionally(failure);
              } else if (over) {
                caller.complete(null);
              } else {
                call(ledger, caller);
              }
            });
  }

  private CompletionStage<Void> send(Claim claim) {
    return claim
        .sent()
        .thenCompose(
            nothing -> {
              long begun = System.nanoTime();
              return CompletableFuture.runAsync(
                  () -> calls.add(new Call(begun, System.nanoTime())), service);
            })
        .thenCompose(nothing -> claim.settle(new Settlement.Done(Load.RESULT)));
  }

  private Use use(long from, long to) {
    List<Call> all = List.copyOf(calls);
    long[] begun =
        all.stream().mapToLong(Call::begun).filter(at -> at >= from && at < to).sorted().toArray();
    long busy =
        all.stream()
            .mapToLong(call -> Math.min(to, call.ended()) - Math.max(from, call.begun()))
            .filter(nanos -> nanos > 0)
            .sum();
    int mostUnderWay =
        LongStream.of(begun)
            .mapToInt(at -> (int) all.stream().filter(call -> call.isUnderWay(at)).count())
            .max()
            .orElse(0);
    return new Use(begun.length, mostInASecond(begun), (double) busy / (to - from), mostUnderWay);
  }

  private static int mostInASecond(long[] begun) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < begun.length; last++) {
      while (begun[last] - begun[first] >= SECOND) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }
}
