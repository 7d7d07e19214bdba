package io.volccv.ledger;

import io.volccv.model.CvTask;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Claims and permits within one process and one life of it. Two exchanges with the same job key at
 * the same time make one call between them; what was settled is forgotten, so that memory does not
 * grow, and a restart forgets everything.
 */
public final class InMemoryLedger implements Ledger {

  private final int maxInFlight;
  private final int maxWaiting;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<String, Running> running = new HashMap<>();
  private int inFlight;

  /**
   * @param maxInFlight how many claims are held at a time
   * @param maxWaiting how many may wait for one
   */
  public InMemoryLedger(int maxInFlight, int maxWaiting) {
    this.maxInFlight = maxInFlight;
    this.maxWaiting = maxWaiting;
  }

  @Override
  public CompletionStage<Admission> claim(Wish wish) {
    CompletableFuture<Admission> admission = new CompletableFuture<>();
    synchronized (this) {
      Running same = wish.jobKey().map(running::get).orElse(null);
      if (same != null) {
        return same.fingerprint().equals(wish.fingerprint())
            ? joined(same, admission)
            : CompletableFuture.failedFuture(Refusals.otherRequest(JdbcLedger.label(wish)));
      }
      boolean admitted = inFlight < maxInFlight;
      if (!admitted && waiting.size() >= maxWaiting) {
        return CompletableFuture.failedFuture(Refusals.full(maxWaiting));
      }
      wish.jobKey().ifPresent(key -> running.put(key, new Running(wish.fingerprint())));
      if (!admitted) {
        waiting.add(() -> admission.complete(new MemoryClaim(wish.jobKey())));
        return admission;
      }
      inFlight++;
    }
    admission.complete(new MemoryClaim(wish.jobKey()));
    return admission;
  }

  private static CompletionStage<Admission> joined(
      Running same, CompletableFuture<Admission> admission) {
    same.join(admission);
    return admission;
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
      Runnable next;
      Running ours;
      synchronized (InMemoryLedger.this) {
        if (settled) {
          throw new IllegalStateException("the claim was settled before");
        }
        settled = true;
        ours = jobKey.map(running::remove).orElse(null);
        next = waiting.poll();
        if (next == null) {
          inFlight--;
        }
      }
      if (next != null) {
        next.run();
      }
      if (ours != null) {
        ours.end(settlement);
      }
      return CompletableFuture.completedFuture(null);
    }
  }
}
