package io.volccv.ledger;

import io.volccv.model.CvResult;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Sees to what a dead process left: what was not sent is free again, what was sent is unknown
 * unless its whole result lies in the spool, tasks and answers are there for the next to go on
 * with.
 */
final class Reaper {

  /** A restarted process asks again for its own first. */
  private static final long LEFT_ALONE_MICROS = TimeUnit.SECONDS.toMicros(30);

  private final Duration answerTime;
  private final Duration retention;
  private boolean adoptAll = true;

  /**
   * @param answerTime how long a call may still run at the service when nobody waits for it
   * @param retention how long ended jobs are remembered
   */
  Reaper(Duration answerTime, Duration retention) {
    this.answerTime = answerTime;
    this.retention = retention;
  }

  /** May be repeated. */
  void reap(Turn turn, long owner) throws SQLException {
    String instance =
        turn.sql()
            .find("SELECT instance FROM owner WHERE id = ?", row -> row.getString(1), owner)
            .orElse("");
    // Another folder of this machine is looked into; what lies elsewhere its successor finds.
    Optional<Path> other = OwnerLock.dead(instance);
    if (other.isPresent()) {
      settleKept(turn, other.get());
    }
    for (JobRow job : turn.jobs().ofOwner(owner)) {
      switch (job.state()) {
        case CLAIMED -> {
          turn.book(job, 0, 0);
          turn.jobs().undo(job, true);
        }
        case SENT -> {
          turn.doubt(job);
          unknown(turn, job);
        }
        default -> turn.jobs().park(job);
      }
    }
    turn.sql().update("DELETE FROM owner WHERE id = ?", owner);
    adoptAll = true;
  }

  private void unknown(Turn turn, JobRow job) throws SQLException {
    var died = Refusals.died();
    turn.jobs().unknown(job, job.sent() + answerTime.toNanos() / 1000, Notes.of(died), null);
  }

  /**
   * Results that are whole in a folder while their row does not say so: the process was killed
   * between the two, or was taken for dead.
   *
   * @return the tokens of results that no row wants
   */
  List<Long> settleKept(Turn turn, Path from) throws SQLException {
    List<Long> unwanted = new ArrayList<>();
    try {
      for (Map.Entry<Long, byte[]> kept : KeptResults.jobs(from).entrySet()) {
        JobRow job = turn.find(kept.getValue());
        if (job == null || job.token() != kept.getKey() || !job.state().isOpen()) {
          unwanted.add(kept.getKey());
        } else if (job.state() != JobState.DONE) {
          settleKept(turn, from, job);
        }
      }
      return unwanted;
    } catch (IOException e) {
      throw new LedgerUnusableException(
          from.toString(), "it cannot be read: " + e.getMessage(), "mend the disk", e);
    }
  }

  private static void settleKept(Turn turn, Path from, JobRow job)
      throws SQLException, IOException {
    Optional<CvResult> result = KeptResults.find(from, job.token());
    if (result.isPresent()) {
      Settling.done(turn, job, result.get(), from);
    }
  }

  /** Whether there may be something to adopt, and how long it must have been left alone. */
  long leftAlone() {
    long micros = adoptAll ? 0 : LEFT_ALONE_MICROS;
    adoptAll = false;
    return micros;
  }

  /** With each beat: what time alone decides. */
  void tidy(Turn turn) throws SQLException {
    turn.jobs().freePermits(answerTime.toNanos() / 1000);
    turn.jobs().forget(turn.now() - retention.toNanos() / 1000);
  }
}
