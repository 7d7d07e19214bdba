package io.volccv.app;

import io.volccv.error.CvError;
import io.volccv.error.CvException;
import io.volccv.error.JobInProgressException;
import io.volccv.ledger.Ledger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Lets no call be made, and remembers what each would have been: a claim is asked for when all that
 * can be checked before money is spent was checked.
 */
final class RehearsalLedger implements Ledger {
  private final Map<CvException, Wish> wishes =
      Collections.synchronizedMap(new IdentityHashMap<>());

  /** The call that ended with this failure, when it would have been made; each is told once. */
  Optional<Wish> wish(CvException failure) {
    return Optional.ofNullable(wishes.remove(failure));
  }

  /** With a failure that leaves an input where it is. */
  @Override
  public CompletionStage<Admission> claim(Wish wish) {
    CvException refusal =
        new JobInProgressException("not made: a rehearsal", CvError.before("claim", "run"), null);
    wishes.put(refusal, wish);
    return CompletableFuture.failedFuture(refusal);
  }

  @Override
  public CompletionStage<Optional<Admission>> claimTask(String taskId) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public CompletionStage<Void> recover(Function<Claim, CompletionStage<Void>> resume) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> delivered(String jobKey, String sink) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Void> delivered(String jobKey) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public void close() {}
}
