package io.volccv.ledger;

import io.volccv.error.CvException;
import io.volccv.model.CvResult;
import io.volccv.model.Money;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What keeps a picture from being paid twice and a paid one from being lost: before a call its job
 * key is claimed, after the answer it is settled.
 */
public interface Ledger extends AutoCloseable {

  /**
   * What a call is about to do.
   *
   * @param jobKey the name under which it is paid at most once; empty means unprotected
   * @param reqKey the model
   * @param worstCase what it may cost at most; empty when the price is not known
   * @param maxImages how many pictures it may bring at most
   */
  record Wish(Optional<String> jobKey, String reqKey, Optional<Money> worstCase, int maxImages) {}

  /** The answer to a claim. */
  sealed interface Admission permits Claim, Kept {}

  /** The same job is, or was, done elsewhere: this is its result; nobody is called. */
  record Kept(CvResult result) implements Admission {}

  /** The right to make one call, and the permit that it holds until it is settled. */
  non-sealed interface Claim extends Admission {

    /**
     * Must be complete before the last block of the request leaves: from then on the call may cost
     * money. Fails when the claim is no longer ours; then nothing may be sent.
     */
    CompletionStage<Void> sent();

    /** Ends the claim and gives the permit back. The exchange goes on when the stage completes. */
    CompletionStage<Void> settle(Settlement settlement);
  }

  /** How a call ended. */
  sealed interface Settlement {

    /** The pictures are ours. */
    record Done(CvResult result) implements Settlement {}

    /** Provably not executed: as if there had been no claim. */
    record NotSent(CvException reason) implements Settlement {}

    /** Executed and answered with an error. */
    record Failed(CvException reason) implements Settlement {}

    /** Whether it was executed and paid is not known. */
    record Unknown(CvException reason) implements Settlement {}
  }

  /**
   * Claims {@code wish}. Waits for a permit without a thread, first come first served.
   *
   * @return fails with {@code ThrottledException} when too many wait already
   */
  CompletionStage<Admission> claim(Wish wish);

  @Override
  void close();
}
