package io.volccv.ledger;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.Printable;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How jobs stand, for an operator who wants them sent again, and the right to do so: it lives in
 * the job's row, and the next attempt consumes it. Works beside the apps and without any; takes no
 * lock that an app would wait for longer than for one of its own transactions.
 */
public final class JobReleases implements AutoCloseable {

  /** What the ledger would do if a job were asked for now. */
  public enum Standing {
    /** It does not know the job: a call is made. */
    NONE,
    /** A process works on it. */
    UNDER_WAY,
    /** The process that sent it is dead, and no other has found out yet what became of it. */
    ABANDONED,
    /** Nobody works on it; it goes on where it was, and nothing is paid anew. */
    RESUMES,
    /** Its pictures are kept, and handed out. */
    DONE,
    /** Its pictures were delivered. */
    DELIVERED,
    /** It failed; without a release the failure may be told again. */
    FAILED,
    /** Nobody knows whether it was paid. */
    UNKNOWN,
    /** It was, or may have been, paid, and the result is gone. */
    LOST;

    /** Whether a release changes anything. */
    public boolean mayBeReleased() {
      return this == FAILED || this == UNKNOWN || this == LOST;
    }
  }

  private final LedgerView view;

  /** Connects when something is released, and not before. */
  private final Database writer;

  private JobReleases(LedgerView view, Database writer) {
    this.view = view;
    this.writer = writer;
  }

  /**
   * Those of a ledger that is there.
   *
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:...}
   * @throws MissingLedgerException when there is none yet
   * @throws LedgerUnusableException when it cannot be read
   */
  public static JobReleases open(String url) {
    return new JobReleases(LedgerView.open(url), Database.of(url, Clock.systemUTC()));
  }

  /** How {@code jobKey} stands now. Writes nothing. */
  public Standing standing(String jobKey) {
    return view.ask(
        sql -> {
          JobRow row = new Jobs(sql, "", 0).find(JdbcLedger.key(jobKey));
          return row == null ? Standing.NONE : standing(sql, row);
        });
  }

  /** Whether a job that failed is sent again when it is asked for, without a release. */
  public boolean isSentAgain(String jobKey) {
    return view.ask(
        sql -> {
          JobRow row = new Jobs(sql, "", 0).find(JdbcLedger.key(jobKey));
          return row != null && row.state() == JobState.FAILED && row.again();
        });
  }

  private static Standing standing(Sql sql, JobRow row) throws SQLException {
    return switch (row.state()) {
      case CLAIMED, SENT, TASK, ANSWERED -> begun(sql, row);
      case DONE -> Standing.DONE;
      case DELIVERED -> Standing.DELIVERED;
      case FAILED -> Standing.FAILED;
      case UNKNOWN -> Standing.UNKNOWN;
      case LOST -> Standing.LOST;
    };
  }

  private static Standing begun(Sql sql, JobRow row) throws SQLException {
    Long owner = row.owner();
    Optional<String> instance =
        owner == null
            ? Optional.empty()
            : sql.find("SELECT instance FROM owner WHERE id = ?", r -> r.getString(1), owner);
    if (instance.isPresent() && OwnerLock.dead(instance.get()).isEmpty()) {
      return Standing.UNDER_WAY;
    }
    return row.state() == JobState.SENT ? Standing.ABANDONED : Standing.RESUMES;
  }

  /**
   * Lets a job be sent again, once. What it has perhaps cost stays in the budget as perhaps paid.
   *
   * @param seen how it stood when the operator decided
   * @param by who decides, for the row
   * @return false when it stands otherwise by now; then nothing was changed
   * @throws LedgerUnusableException when it cannot be written
   */
  public boolean release(String jobKey, Standing seen, String by) {
    byte[] key = JdbcLedger.key(jobKey);
    // An account that is unknown is not made up: its row would hide what is configured.
    Optional<String> account =
        view.ask(
            sql -> sql.find("SELECT account FROM job WHERE key = ?", row -> row.getString(1), key));
    return account.isPresent() && release(account.get(), key, seen, by);
  }

  private boolean release(String account, byte[] key, Standing seen, String by) {
    Quota quota = new Quota(account, 0, 0, 1);
    try {
      Turn turn = Turn.begin(writer, new Account(quota), quota, Budget.NONE);
      JobRow row = turn.find(key);
      boolean released =
          row != null
              && seen.mayBeReleased()
              && standing(turn.sql(), row) == seen
              && turn.jobs().release(row, note(row.detail(), by, turn.now()));
      turn.store();
      writer.commit();
      return released;
    } catch (SQLException e) {
      writer.rollback();
      throw writer.unusable(
          "it cannot be written: " + e.getMessage(), "see that it is reachable", e);
    }
  }

  /** The failure as it was, and whose word it is that it may be sent again. */
  private static String note(@Nullable String failure, String by, long now) {
    JsonNode known = failure == null ? null : Notes.read(failure);
    ObjectNode note = known instanceof ObjectNode object ? object : Notes.JSON.createObjectNode();
    note.putObject("released")
        .put("by", Printable.shorten(by, 100))
        .put("at", Instant.ofEpochMilli(now / 1000).toString());
    return Notes.text(note);
  }

  @Override
  public void close() {
    view.close();
    writer.close();
  }
}
