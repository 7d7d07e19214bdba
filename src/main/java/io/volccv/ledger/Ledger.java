package io.volccv.ledger;

import static java.util.Objects.requireNonNull;

import io.volccv.error.CvException;
import io.volccv.model.CvResult;
import io.volccv.model.CvTask;
import io.volccv.model.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * What keeps a picture from being paid twice and a paid one from being lost: before a call its job
 * key is claimed, after the answer it is settled, after the last sink it is delivered.
 *
 * <p>Stages complete on a thread of the ledger's, which must not be kept.
 */
public interface Ledger extends AutoCloseable {

  /**
   * What a call is about to do.
   *
   * @param jobKey the name under which it is paid at most once; empty means unprotected
   * @param reqKey the model
   * @param fingerprint tells requests apart that came with the same key; the same for another seed
   * @param worstCase what it may cost at most; empty when the price is not known
   * @param maxImages how many pictures it may bring at most
   * @param route where it comes from, whose budget it uses too; empty without one
   */
  record Wish(
      Optional<String> jobKey,
      String reqKey,
      String fingerprint,
      Optional<Money> worstCase,
      int maxImages,
      Optional<String> route) {

    public Wish {
      requireNonNull(jobKey, "jobKey is null");
      requireNonNull(reqKey, "reqKey is null");
      requireNonNull(fingerprint, "fingerprint is null");
      requireNonNull(worstCase, "worstCase is null");
      requireNonNull(route, "route is null");
    }

    /** A wish that no route has a budget for. */
    public Wish(
        Optional<String> jobKey,
        String reqKey,
        String fingerprint,
        Optional<Money> worstCase,
        int maxImages) {
      this(jobKey, reqKey, fingerprint, worstCase, maxImages, Optional.empty());
    }
  }

  /** The answer to a claim. */
  sealed interface Admission permits Claim, Kept, Duplicate {}

  /**
   * The job was done before, or just now elsewhere: this is its result, and nobody is called.
   *
   * @param result with holds of its own on the pictures
   * @param delivered the sinks that have it already
   */
  record Kept(CvResult result, Set<String> delivered) implements Admission {
    public Kept {
      delivered = Set.copyOf(delivered);
    }
  }

  /**
   * The job was delivered before, and its pictures are no longer kept here.
   *
   * @param at when
   */
  record Duplicate(Instant at) implements Admission {}

  /** The right to work on one job, and the permit that it holds until it is settled. */
  non-sealed interface Claim extends Admission {

    /** How far the job had come before; {@link Progress.None} for a new one. */
    Progress progress();

    /**
     * Must be complete before the last block of the request leaves: from then on the call may cost
     * money. Fails when the claim is no longer ours; then nothing may be sent.
     */
    CompletionStage<Void> sent();

    /** The service gave the job a task; must be complete before anything is done with it. */
    CompletionStage<Void> task(CvTask task);

    /** The service answered with URLs, which must not be lost while they are fetched. */
    CompletionStage<Void> answered(Progress.Answered answer);

    /** Ends the claim and gives the permit back. The exchange goes on when the stage completes. */
    CompletionStage<Void> settle(Settlement settlement);
  }

  /** How far a job has come. */
  sealed interface Progress {

    /** Nothing was sent. */
    record None() implements Progress {}

    /** It is a task at the service. */
    record Task(CvTask task) implements Progress {}

    /**
     * It was answered with URLs.
     *
     * @param reqKey the model
     * @param requestId the service's id of the request, empty when it sent none
     * @param urls where the results are
     * @param fields the answer's {@code data} without pictures, with JSON types
     * @param seed the seed that was used, as far as the answer tells it
     * @param deadline when the URLs die
     * @param task the task it came from, empty without one
     */
    record Answered(
        String reqKey,
        String requestId,
        List<String> urls,
        Map<String, Object> fields,
        Optional<Long> seed,
        Instant deadline,
        Optional<CvTask> task)
        implements Progress {
      public Answered {
        urls = List.copyOf(urls);
      }
    }
  }

  /** How a claim ended. */
  sealed interface Settlement {

    /** The pictures are ours. */
    record Done(CvResult result) implements Settlement {}

    /** Provably not executed: as if there had been no claim. */
    record NotSent(CvException reason) implements Settlement {}

    /** Executed and answered with an error. */
    record Failed(CvException reason) implements Settlement {}

    /** Whether it was executed and paid is not known. */
    record Unknown(CvException reason) implements Settlement {}

    /** It was, or may have been, paid, and the result is gone. */
    record Lost(CvException reason) implements Settlement {}

    /** Nobody works on it for now; whoever claims it next goes on from where it was. */
    record Parked(CvException reason) implements Settlement {}

    /** Why it did not end well; empty when it did. */
    default Optional<CvException> failure() {
      if (this instanceof NotSent notSent) {
        return Optional.of(notSent.reason);
      }
      if (this instanceof Failed failed) {
        return Optional.of(failed.reason);
      }
      if (this instanceof Unknown unknown) {
        return Optional.of(unknown.reason);
      }
      if (this instanceof Lost lost) {
        return Optional.of(lost.reason);
      }
      return this instanceof Parked parked ? Optional.of(parked.reason) : Optional.empty();
    }
  }

  /**
   * Opens what the ledger needs; harmless when it is open.
   *
   * @throws LedgerUnusableException when it cannot be trusted or used; the message says what to do
   */
  default void start() {}

  /** Whether what it knows outlives this process. */
  default boolean isDurable() {
    return false;
  }

  /** How many processes share it, as far as is known. */
  default int processes() {
    return 1;
  }

  /**
   * Hands over what nobody works on any more and what would die of waiting: tasks and answers whose
   * owner is dead, those with the earliest deadline first; now, and whenever an owner dies.
   *
   * @param resume goes on with a claim; its stage completes when the claim was first looked at
   * @return completes when all that were found now have been looked at: new claims can wait so long
   */
  CompletionStage<Void> recover(Function<Claim, CompletionStage<Void>> resume);

  /**
   * Claims {@code wish}. Waits for a permit without a thread, first come first served.
   *
   * @return fails with {@code ThrottledException} when too many wait already, with {@code
   *     BudgetExceededException} when it might cost more than is left, with {@code
   *     InvalidRequestException} when the key was used for another request, with {@code
   *     JobInProgressException} when another process works on it for too long, and with the job's
   *     own failure when it ended with one that must not be repeated
   */
  CompletionStage<Admission> claim(Wish wish);

  /**
   * Claims the job of a task.
   *
   * @return empty when the ledger does not know the task, or somebody works on it
   */
  CompletionStage<Optional<Admission>> claimTask(String taskId);

  /** The sink {@code sink} has the pictures of {@code jobKey}. */
  CompletionStage<Void> delivered(String jobKey, String sink);

  /**
   * All sinks have the pictures of {@code jobKey}: nothing of it needs to be kept. Harmless when
   * repeated, or when the ledger does not know the key.
   */
  CompletionStage<Void> delivered(String jobKey);

  @Override
  void close();
}
