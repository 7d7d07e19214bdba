package io.volccv.ledger;

import static io.volccv.ledger.JobState.ANSWERED;
import static io.volccv.ledger.JobState.CLAIMED;
import static io.volccv.ledger.JobState.DELIVERED;
import static io.volccv.ledger.JobState.DONE;
import static io.volccv.ledger.JobState.FAILED;
import static io.volccv.ledger.JobState.LOST;
import static io.volccv.ledger.JobState.SENT;
import static io.volccv.ledger.JobState.TASK;
import static io.volccv.ledger.JobState.UNKNOWN;

import io.volccv.ledger.Ledger.Wish;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of jobs within one transaction. Whatever is written about an attempt names its token
 * and the states it may be in: it changes exactly one row, or it is not ours any more.
 */
final class Jobs {

  private static final String BEGIN =
      "INSERT INTO job ("
          + JobRow.COLUMNS
          + ", open, created) VALUES"
          + " (?, ?, ?, ?, ?, 0, 1, 0, ?, ?, 1, ?, ?, 0, 0, ?, ?, NULL, NULL, NULL, ?, ?, 1, ?)";

  private final Sql sql;
  private final String account;
  private final long now;
  private final Ended ended = new Ended();

  private final JobRows rows;

  /** First attempts, which {@link #store} writes together. */
  private final List<@Nullable Object[]> begun = new ArrayList<>();

  /** Jobs whose sinks need not be known any more; forgotten by {@link #store} together. */
  private final List<@Nullable Object[]> delivered = new ArrayList<>();

  Jobs(Sql sql, String account, long now) {
    this.sql = sql;
    this.rows = new JobRows(sql);
    this.account = account;
    this.now = now;
  }

  @Nullable JobRow find(byte[] key) throws SQLException {
    return rows.find(key);
  }

  /** Reads together what {@link #find} is going to be asked for. */
  void foresee(Collection<byte[]> keys) throws SQLException {
    rows.foresee(keys);
  }

  private int write(byte[] key, String statement, @Nullable Object... values) throws SQLException {
    rows.forget(key);
    return sql.update(statement, values);
  }

  Optional<JobRow> findTask(String taskId) throws SQLException {
    return sql.find(
        "SELECT "
            + JobRow.COLUMNS
            + " FROM job WHERE task_id = ? AND open = 1 AND task_id IS NOT"
            + " NULL",
        JobRow::read,
        taskId);
  }

  /** Those that somebody works on, or did until they died. */
  List<JobRow> ofOwner(long owner) throws SQLException {
    return sql.list(
        "SELECT " + JobRow.COLUMNS + " FROM job WHERE owner = ? AND open = 1 AND owner IS NOT NULL",
        JobRow::read,
        owner);
  }

  /**
   * Tasks and answers of the account that nobody works on, and that were left alone for so long:
   * with other credentials a task cannot be asked for.
   */
  List<JobRow> ownerless(long leftAlone) throws SQLException {
    return sql.list(
        "SELECT "
            + JobRow.COLUMNS
            + " FROM job WHERE state IN ("
            + TASK.code()
            + ", "
            + ANSWERED.code()
            + ") AND open = 1 AND owner IS NULL AND account = ? AND changed <= ?"
            + " ORDER BY deadline",
        JobRow::read,
        account,
        now - leftAlone);
  }

  /** Begins the first attempt, or the next one of a job that failed. */
  void claim(
      byte[] key,
      String label,
      Wish wish,
      @Nullable JobRow before,
      long token,
      long owner,
      long held,
      String day)
      throws SQLException {
    if (before == null) {
      rows.forget(key);
      begun.add(
          new @Nullable Object[] {
            key,
            label,
            wish.fingerprint(),
            wish.reqKey(),
            CLAIMED.code(),
            token,
            owner,
            held,
            (long) wish.maxImages(),
            day,
            wish.route().orElse(null),
            now,
            account,
            now
          });
    } else {
      int begun =
          write(
              key,
              "UPDATE job SET state = ?, open = 1, again = 0, attempt = attempt + 1, token = ?,"
                  + " owner = ?, account = ?, permit = 1, permit_until = NULL, held = ?, held_n = ?, maybe = 0,"
                  + " maybe_n = 0, day = ?, route = ?, task_id = NULL, deadline = NULL, sent = NULL,"
                  + " changed = ? WHERE key = ? AND token = ?",
              CLAIMED.code(),
              token,
              owner,
              account,
              held,
              (long) wish.maxImages(),
              day,
              wish.route().orElse(null),
              now,
              key,
              before.token());
      ended.add(before.state(), -begun);
    }
  }

  /** Goes on with a task or an answer that nobody works on. */
  boolean adopt(JobRow job, long token, long owner) throws SQLException {
    return 1
        == write(
            job.key(),
            "UPDATE job SET owner = ?, token = ?, changed = ? WHERE key = ? AND token = ?"
                + " AND owner IS NULL",
            owner,
            token,
            now,
            job.key(),
            job.token());
  }

  /** Nobody works on it any more. */
  boolean park(JobRow job) throws SQLException {
    return 1
        == write(
            job.key(),
            "UPDATE job SET owner = NULL, changed = ? WHERE key = ? AND token = ?",
            now,
            job.key(),
            job.token());
  }

  boolean sent(byte[] key, long token) throws SQLException {
    return 1
        == write(
            key,
            "UPDATE job SET state = ?, sent = ?, changed = ? WHERE key = ? AND token = ?"
                + " AND state IN (?, ?)",
            SENT.code(),
            now,
            now,
            key,
            token,
            CLAIMED.code(),
            SENT.code());
  }

  boolean task(byte[] key, long token, String taskId, long deadline, String note, long owner)
      throws SQLException {
    return 1
        == write(
            key,
            "UPDATE job SET state = ?, owner = ?, permit = 1, permit_until = NULL, task_id = ?,"
                + " deadline = ?, detail = ?, changed = ?"
                + " WHERE key = ? AND token = ? AND state IN (?, ?, ?)",
            TASK.code(),
            owner,
            taskId,
            deadline,
            note,
            now,
            key,
            token,
            SENT.code(),
            TASK.code(),
            UNKNOWN.code());
  }

  boolean answered(byte[] key, long token, long deadline, String note, long owner)
      throws SQLException {
    return 1
        == write(
            key,
            "UPDATE job SET state = ?, owner = ?, permit = 0, permit_until = NULL, deadline = ?,"
                + " detail = ?, changed = ?"
                + " WHERE key = ? AND token = ? AND state IN (?, ?, ?, ?)",
            ANSWERED.code(),
            owner,
            deadline,
            note,
            now,
            key,
            token,
            SENT.code(),
            TASK.code(),
            ANSWERED.code(),
            UNKNOWN.code());
  }

  /** Ends an attempt: the permit is free, nothing is reserved. */
  boolean end(
      JobRow job, JobState state, boolean again, @Nullable String note, @Nullable String code)
      throws SQLException {
    return ended.add(
        state,
        write(
            job.key(),
            "UPDATE job SET state = ?, open = ?, again = ?, owner = NULL, permit = 0,"
                + " permit_until = NULL, held = 0, held_n = 0, maybe = 0, maybe_n = 0,"
                + " deadline = NULL, detail = ?, code = ?, changed = ?"
                + " WHERE key = ? AND token = ? AND state IN (?, ?, ?, ?, ?)",
            state.code(),
            state.isOpen() ? 1 : 0,
            again ? 1 : 0,
            note,
            code,
            now,
            job.key(),
            job.token(),
            CLAIMED.code(),
            SENT.code(),
            TASK.code(),
            ANSWERED.code(),
            UNKNOWN.code()));
  }

  /** As if the attempt had never been: the row goes, or is what it was before. */
  boolean undo(JobRow job, boolean crashed) throws SQLException {
    if (job.attempt() == 1 && !crashed && job.crashes() == 0) {
      return 1
          == write(
              job.key(),
              "DELETE FROM job WHERE key = ? AND token = ? AND state IN (?, ?, ?)",
              job.key(),
              job.token(),
              CLAIMED.code(),
              SENT.code(),
              UNKNOWN.code());
    }
    return ended.add(
        FAILED,
        write(
            job.key(),
            "UPDATE job SET state = ?, open = 0, again = 1, attempt = attempt - 1,"
                + " crashes = crashes + ?, owner = NULL, permit = 0, permit_until = NULL, held = 0,"
                + " held_n = 0, maybe = 0, maybe_n = 0, deadline = NULL, changed = ?"
                + " WHERE key = ? AND token = ? AND state IN (?, ?, ?)",
            FAILED.code(),
            crashed ? 1 : 0,
            now,
            job.key(),
            job.token(),
            CLAIMED.code(),
            SENT.code(),
            UNKNOWN.code()));
  }

  /** Whether it was executed is not known; the service may still work on it. */
  boolean unknown(JobRow job, long permitUntil, String note, @Nullable String code)
      throws SQLException {
    return 1
        == write(
            job.key(),
            "UPDATE job SET state = ?, owner = NULL, permit_until = ?, maybe = maybe + held,"
                + " maybe_n = maybe_n + held_n, held = 0, held_n = 0, detail = ?, code = ?,"
                + " changed = ? WHERE key = ? AND token = ? AND state IN (?, ?, ?)",
            UNKNOWN.code(),
            permitUntil,
            note,
            code,
            now,
            job.key(),
            job.token(),
            SENT.code(),
            TASK.code(),
            ANSWERED.code());
  }

  /** Its kept result is gone. */
  boolean lose(JobRow job, String note) throws SQLException {
    return 1
        == write(
            job.key(),
            "UPDATE job SET state = ?, detail = ?, changed = ?"
                + " WHERE key = ? AND token = ? AND state = ?",
            LOST.code(),
            note,
            now,
            job.key(),
            job.token(),
            DONE.code());
  }

  boolean delivered(byte[] key) throws SQLException {
    return ended.add(
        DELIVERED,
        write(
            key,
            "UPDATE job SET state = ?, open = 0, detail = NULL, deadline = NULL, changed = ?"
                + " WHERE key = ? AND state = ?",
            DELIVERED.code(),
            now,
            key,
            DONE.code()));
  }

  void delivered(byte[] key, String sink) throws SQLException {
    sql.update(
        "INSERT INTO delivery VALUES (?, ?, ?) ON CONFLICT (key, sink) DO NOTHING", key, sink, now);
  }

  List<String> sinks(byte[] key) throws SQLException {
    return sql.list("SELECT sink FROM delivery WHERE key = ?", row -> row.getString(1), key);
  }

  void forgetSinks(byte[] key) {
    delivered.add(new @Nullable Object[] {key});
  }

  /**
   * Permits of calls that must have ended at the service by now.
   *
   * @param longest microseconds that a call may still run; a permit for longer is from before the
   *     clock was set back
   */
  void freePermits(long longest) throws SQLException {
    rows.forgetAll();
    sql.update(
        "UPDATE job SET permit_until = ? WHERE account = ? AND permit = 1 AND permit_until > ?",
        now + longest,
        account,
        now + longest);
    sql.update(
        "UPDATE job SET permit = 0 WHERE account = ? AND permit = 1 AND permit_until < ?",
        account,
        now);
  }

  /** Forgets some of what ended before {@code until}. */
  int forget(long until) throws SQLException {
    rows.forgetAll();
    List<JobState> forgotten =
        sql.list(
            "DELETE FROM job WHERE key IN"
                + " (SELECT key FROM job WHERE open = 0 AND changed < ? ORDER BY changed LIMIT 100)"
                + " RETURNING state",
            row -> JobState.of(row.getInt(1)),
            until);
    forgotten.forEach(state -> ended.add(state, -1));
    return forgotten.size();
  }

  /**
   * An operator says that it may be sent again: once, since the next attempt consumes it. The
   * permit of a call that may still run is given up too, or the next attempt would wait for its
   * predecessor; should the service find that it is one too many, its refusal costs nothing.
   *
   * @param note the failure, and who released it
   */
  boolean release(JobRow job, String note) throws SQLException {
    int released =
        write(
            job.key(),
            "UPDATE job SET state = ?, open = 0, again = 1, crashes = 0, attempt = ?, detail = ?,"
                + " permit = 0, permit_until = NULL, changed = ? WHERE key = ? AND token = ? AND state = ?",
            FAILED.code(),
            job.state() == FAILED ? 0 : job.attempt(),
            note,
            now,
            job.key(),
            job.token(),
            job.state().code());
    if (job.state() != FAILED) {
      ended.add(FAILED, released);
    }
    return released == 1;
  }

  /** Writes what is written together at the end of a transaction. */
  void store() throws SQLException {
    sql.batch(BEGIN, begun);
    begun.clear();
    sql.batch("DELETE FROM delivery WHERE key = ?", delivered);
    delivered.clear();
    ended.store(sql);
  }
}
