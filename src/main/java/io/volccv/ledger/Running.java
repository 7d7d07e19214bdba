package io.volccv.ledger;

import io.volccv.error.CvException;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Kept;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.model.CvResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A job that this process works on, and those who asked for the same one meanwhile. */
final class Running {

  private final String fingerprint;
  private final List<CompletableFuture<Admission>> joined = new ArrayList<>();

  Running(String fingerprint) {
    this.fingerprint = fingerprint;
  }

  String fingerprint() {
    return fingerprint;
  }

  void join(CompletableFuture<Admission> other) {
    joined.add(other);
  }

  /** Those who joined share the outcome, each with holds of its own on the pictures. */
  void end(Settlement settlement) {
    for (CompletableFuture<Admission> other : joined) {
      if (settlement instanceof Settlement.Done done) {
        share(done.result(), other);
      } else {
        settlement.failure().ifPresent(other::completeExceptionally);
      }
    }
  }

  void each(Consumer<CompletableFuture<Admission>> what) {
    joined.forEach(what);
  }

  void fail(CvException reason) {
    joined.forEach(other -> other.completeExceptionally(reason));
  }

  private static void share(CvResult result, CompletableFuture<Admission> other) {
    try {
      CvResult shared = result.share();
      if (!other.complete(new Kept(shared, Set.of()))) {
        shared.release();
      }
    } catch (RuntimeException e) {
      other.completeExceptionally(e);
    }
  }
}
