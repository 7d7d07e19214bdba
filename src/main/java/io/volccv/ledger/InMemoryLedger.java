package io.volccv.ledger;

import io.volccv.error.ThrottledException;
import io.volccv.model.CvTask;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Claims and permits within one process and one life of it. Two exchanges with the same job key at
 * the same time make one call between them; what was settled is forgotten, so that memory does not
 * grow, and a restart forgets everything.
 */
public final class InMemoryLedger implements Ledger {

  private final Quota quota;
  private final InstantSource clock;
  private final Account account;
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<String, Running> running = new HashMap<>();
  private boolean timed;

  private record Waiting(Optional<String> jobKey, CompletableFuture<Admission> admission) {}

  /**
   * @param maxInFlight how many claims are held at a time
   * @param maxWaiting how many may wait for one
   */
  public InMemoryLedger(int maxInFlight, int maxWaiting) {
    this(new Quota("main", 0, maxInFlight, maxWaiting), InstantSource.system());
  }

  /**
   * @param quota what the account grants
   * @param clock tells when the rate allows the next call
   */
  public InMemoryLedger(Quota quota, InstantSource clock) {
    this.quota = quota;
    this.clock = clock;
    this.account = new Account(quota);
  }

  @Override
  public CompletionStage<Admission> claim(Wish wish) {
    CompletableFuture<Admission> admission = new CompletableFuture<>();
    List<Waiting> granted;
    synchronized (this) {
      Running same = wish.jobKey().map(running::get).orElse(null);
      if (same != null && !same.fingerprint().equals(wish.fingerprint())) {
        return CompletableFuture.failedFuture(Refusals.otherRequest(JdbcLedger.label(wish)));
      }
      if (same != null) {
        same.join(admission);
        return admission;
      }
      waiting.add(new Waiting(wish.jobKey(), admission));
      granted = grant();
      if (waiting.size() > quota.maxWaiting()) {
        waiting.removeLast();
        return CompletableFuture.failedFuture(Refusals.full(quota.maxWaiting()));
      }
      wish.jobKey().ifPresent(key -> running.put(key, new Running(wish.fingerprint())));
    }
    give(granted);
    return admission;
  }

  /** Those whose turn it is. */
  private List<Waiting> grant() {
    List<Waiting> granted = new ArrayList<>();
    long now = now();
    while (!waiting.isEmpty() && account.mayBegin(now)) {
      account.begin(now);
      granted.add(waiting.remove());
    }
    if (!waiting.isEmpty() && account.inUse() < account.concurrency() && !timed) {
      timed = true;
      CompletableFuture.delayedExecutor(account.next() - now, TimeUnit.MICROSECONDS)
          .execute(this::afterTime);
    }
    return granted;
  }

  private void afterTime() {
    List<Waiting> granted;
    synchronized (this) {
      timed = false;
      granted = grant();
    }
    give(granted);
  }

  private void give(List<Waiting> granted) {
    granted.forEach(one -> one.admission().complete(new MemoryClaim(one.jobKey())));
  }

  /** Microseconds since 1970. */
  private long now() {
    return clock.millis() * 1000;
  }

  /** There is nothing that outlives its process. */
  @Override
  public CompletionStage<Void> recover(Function<Claim, CompletionStage<Void>> resume) {
    return CompletableFuture.completedFuture(null);
  }

  /** What was settled is forgotten already. */
  @Override
  public CompletionStage<Optional<Admission>> claimTask(String taskId) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /** What was settled is forgotten already. */
  @Override
  public CompletionStage<Void> delivered(String jobKey, String sink) {
    return CompletableFuture.completedFuture(null);
  }

  /** What was settled is forgotten already. */
  @Override
  public CompletionStage<Void> delivered(String jobKey) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}

  private final class MemoryClaim implements Claim {

    private final Optional<String> jobKey;
    private long sent;
    private boolean settled;

    MemoryClaim(Optional<String> jobKey) {
      this.jobKey = jobKey;
    }

    @Override
    public Progress progress() {
      return new Progress.None();
    }

    @Override
    public CompletionStage<Void> sent() {
      synchronized (InMemoryLedger.this) {
        sent = now();
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> task(CvTask task) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> answered(Progress.Answered answer) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> settle(Settlement settlement) {
      List<Waiting> granted;
      Running ours;
      synchronized (InMemoryLedger.this) {
        if (settled) {
          throw new IllegalStateException("the claim was settled before");
        }
        settled = true;
        ours = jobKey.map(running::remove).orElse(null);
        account.end(settlement instanceof Settlement.Done, sent, now());
        if (settlement.failure().orElse(null) instanceof ThrottledException throttled) {
          account.refuse(throttled, sent, now());
        }
        granted = grant();
      }
      give(granted);
      if (ours != null) {
        ours.end(settlement);
      }
      return CompletableFuture.completedFuture(null);
    }
  }
}
