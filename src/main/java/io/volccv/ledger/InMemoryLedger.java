package io.volccv.ledger;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.ThrottledException;
import io.volccv.model.CvResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Claims and permits within one process and one life of it. Two exchanges with the same job key at
 * the same time make one call between them; what was settled is forgotten, so that memory does not
 * grow, and a restart forgets everything.
 */
public final class InMemoryLedger implements Ledger {

  private final int maxInFlight;
  private final int maxWaiting;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private final Map<String, List<CompletableFuture<Admission>>> running = new HashMap<>();
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
    boolean admitted;
    synchronized (this) {
      if (wish.jobKey().map(running::get).map(joined -> joined.add(admission)).orElse(false)) {
        return admission;
      }
      admitted = inFlight < maxInFlight;
      if (!admitted && waiting.size() >= maxWaiting) {
        admission.completeExceptionally(full());
        return admission;
      }
      wish.jobKey().ifPresent(key -> running.put(key, new ArrayList<>()));
      if (admitted) {
        inFlight++;
      } else {
        waiting.add(() -> admission.complete(new MemoryClaim(wish.jobKey())));
      }
    }
    if (admitted) {
      admission.complete(new MemoryClaim(wish.jobKey()));
    }
    return admission;
  }

  private ThrottledException full() {
    return new ThrottledException(
        "more than " + maxWaiting + " calls wait for one of " + maxInFlight + " permits",
        new CvError(
            null, 0, null, "queue", true, Billed.NO, null, "raise maxWaiting, or read less ahead"),
        null);
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
    public CompletionStage<Void> sent() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> settle(Settlement settlement) {
      Runnable next;
      List<CompletableFuture<Admission>> joined;
      synchronized (InMemoryLedger.this) {
        if (settled) {
          throw new IllegalStateException("the claim was settled before");
        }
        settled = true;
        joined = jobKey.map(running::remove).orElse(List.of());
        next = waiting.poll();
        if (next == null) {
          inFlight--;
        }
      }
      if (next != null) {
        next.run();
      }
      joined.forEach(other -> answer(other, settlement));
      return CompletableFuture.completedFuture(null);
    }
  }

  /** Those who joined share the outcome, each with holds of its own on the pictures. */
  private static void answer(CompletableFuture<Admission> other, Settlement settlement) {
    if (settlement instanceof Settlement.Done done) {
      try {
        CvResult shared = done.result().share();
        if (!other.complete(new Kept(shared))) {
          shared.release();
        }
      } catch (RuntimeException e) {
        other.completeExceptionally(e);
      }
    } else {
      other.completeExceptionally(reason(settlement));
    }
  }

  private static CvException reason(Settlement settlement) {
    if (settlement instanceof Settlement.NotSent notSent) {
      return notSent.reason();
    }
    if (settlement instanceof Settlement.Failed failed) {
      return failed.reason();
    }
    return ((Settlement.Unknown) settlement).reason();
  }
}
