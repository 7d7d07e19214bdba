package io.volccv.ledger;

import io.volccv.error.CvException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnauthorizedException;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.model.CvResult;
import io.volccv.model.Money;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a settlement changes a job's row, the quota and the budget. */
final class Settling {

  /** How often a picture that moderation refused is drawn anew, over restarts too. */
  private static final int MOST_ATTEMPTS = 10;

  private final byte[] key;
  private final long token;
  private final boolean isProtected;
  private final Path folder;
  private final Duration answerTime;

  /**
   * @param isProtected whether the job has a key of its own, by which it may be asked for again
   * @param folder where results are kept
   * @param answerTime how long a call may still run at the service when nobody waits for it
   */
  Settling(byte[] key, long token, boolean isProtected, Path folder, Duration answerTime) {
    this.key = key;
    this.token = token;
    this.isProtected = isProtected;
    this.folder = folder;
    this.answerTime = answerTime;
  }

  /** Whether its result can be asked for again, and has to be kept for that. */
  boolean isProtected() {
    return isProtected;
  }

  /**
   * Writes the settlement.
   *
   * @return whether the row was ours, or is so already; else somebody took it over
   */
  boolean write(Turn turn, Settlement settlement) throws SQLException {
    JobRow job = turn.find(key);
    if (job == null || job.token() != token) {
      return settlement instanceof Settlement.NotSent;
    }
    if (job.state() == JobState.DONE || !job.state().isOpen() || job.state() == JobState.LOST) {
      return true;
    }
    if (job.permit() && endsAtTheService(settlement)) {
      turn.account().end(settlement instanceof Settlement.Done, job.sent(), turn.now());
    }
    if (settlement instanceof Settlement.Done done) {
      return isProtected
          ? done(turn, job, done.result(), folder)
          : forgotten(turn, job, done.result());
    }
    CvException reason = settlement.failure().orElseThrow();
    if (settlement instanceof Settlement.Parked) {
      return turn.jobs().park(job);
    }
    if (settlement instanceof Settlement.Unknown) {
      return unknown(turn, job, reason);
    }
    if (settlement instanceof Settlement.Lost) {
      turn.book(job, job.held() + job.maybe(), job.heldImages() + job.maybeImages());
      return turn.jobs().end(job, JobState.LOST, false, Notes.of(reason), reason.getCode());
    }
    return failed(turn, job, reason, settlement instanceof Settlement.NotSent);
  }

  /** A task that is left alone, and a call that nobody waits for any more, keep their permits. */
  private static boolean endsAtTheService(Settlement settlement) {
    return !(settlement instanceof Settlement.Parked)
        && !(settlement instanceof Settlement.Unknown unknown
            && unknown.reason() instanceof OutcomeUnknownException);
  }

  static boolean done(Turn turn, JobRow job, CvResult result, Path folder) throws SQLException {
    book(turn, job, result);
    return turn.jobs().end(job, JobState.DONE, false, folder.toString(), null);
  }

  /** Nobody can ask for it again: there is nothing to keep. */
  private static boolean forgotten(Turn turn, JobRow job, CvResult result) throws SQLException {
    book(turn, job, result);
    return turn.jobs().end(job, JobState.DELIVERED, false, null, null);
  }

  /** What it really cost counts, also when it is more than was reserved. */
  private static void book(Turn turn, JobRow job, CvResult result) throws SQLException {
    long reserved = job.held() + job.maybe();
    long reservedImages = job.heldImages() + job.maybeImages();
    long cost = result.cost().map(Money::milliCny).orElse(reserved);
    long images = images(result);
    if (cost > reserved || images > reservedImages) {
      LedgerThread.LOG.warn(
          "{} brought {} pictures for {}, and at most {} for {} were expected; correct the model"
              + " data of {}, or a budget can be exceeded",
          job.label(),
          images,
          new Money(cost),
          reservedImages,
          new Money(reserved),
          job.reqKey());
    }
    turn.book(job, cost, images);
  }

  private static long images(CvResult result) {
    Object urls = result.fields().get("image_urls");
    int listed = urls instanceof List<?> list ? list.size() : 0;
    return Math.max(result.images().size(), listed);
  }

  private boolean unknown(Turn turn, JobRow job, CvException reason) throws SQLException {
    if (job.state() == JobState.UNKNOWN) {
      return true;
    }
    turn.doubt(job);
    boolean mayStillRun = reason instanceof OutcomeUnknownException;
    long until = mayStillRun ? turn.now() + answerTime.toNanos() / 1000 : turn.now();
    return turn.jobs().unknown(job, until, Notes.of(reason), reason.getCode());
  }

  private static boolean failed(Turn turn, JobRow job, CvException reason, boolean notSent)
      throws SQLException {
    turn.book(job, 0, 0);
    if (reason instanceof ThrottledException throttled) {
      turn.account().refuse(throttled, job.sent(), turn.now());
    }
    boolean task = job.state() == JobState.TASK || job.state() == JobState.ANSWERED;
    if (!task && (notSent || mayComeAgain(reason))) {
      return turn.jobs().undo(job, false);
    }
    boolean again =
        notSent || (reason instanceof OutputRejectedException && job.attempt() < MOST_ATTEMPTS);
    return turn.jobs().end(job, JobState.FAILED, again, Notes.of(reason), reason.getCode());
  }

  /** Nothing was done, and nothing is wrong with the job. */
  private static boolean mayComeAgain(@Nullable CvException reason) {
    return reason != null && (reason.isRetryable() || reason instanceof UnauthorizedException);
  }
}
