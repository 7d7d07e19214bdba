package io.volccv.client;

import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.model.CvTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A task that the ledger does not know: somebody else submitted it. */
record UnrecordedClaim(Progress progress) implements Claim {

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
    return CompletableFuture.completedFuture(null);
  }
}
