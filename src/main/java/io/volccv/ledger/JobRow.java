package io.volccv.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A job as it stands in the table.
 *
 * @param key SHA-256 of the job key, so that a key of any length costs 32 bytes
 * @param label the key for people
 * @param fingerprint of the request
 * @param again whether a FAILED one may be claimed again
 * @param attempt how many calls were begun for it
 * @param crashes how many processes died while they sent it
 * @param token of the last attempt: every write names it, so that a fenced one changes nothing
 * @param owner who works on it, null when nobody does
 * @param permit whether it counts against the concurrency
 * @param held reserved for it, in thousandths of a yuan
 * @param heldImages reserved for it, in pictures
 * @param maybe perhaps paid for it, in thousandths of a yuan
 * @param maybeImages perhaps paid for it, in pictures
 * @param day whose budget it belongs to, as {@code 2026-01-31}
 * @param route the route whose budget it belongs to, null without one
 * @param taskId null without a task
 * @param detail JSON, by state: the task, the answer, the folder of the result, or the failure
 * @param sent when it was sent, microseconds since 1970; 0 when it was not
 * @param changed when it was last written, microseconds since 1970
 * @param account whose quota and budget it uses
 */
record JobRow(
    byte[] key,
    String label,
    String fingerprint,
    String reqKey,
    JobState state,
    boolean again,
    int attempt,
    int crashes,
    long token,
    @Nullable Long owner,
    boolean permit,
    long held,
    long heldImages,
    long maybe,
    long maybeImages,
    String day,
    @Nullable String route,
    @Nullable String taskId,
    @Nullable String detail,
    long sent,
    long changed,
    String account) {

  static final String COLUMNS =
      "key, label, fingerprint, req_key, state, again, attempt, crashes, token, owner, permit,"
          + " held, held_n, maybe, maybe_n, day, route, task_id, detail, sent, changed, account";

  static JobRow read(ResultSet row) throws SQLException {
    long owner = row.getLong(10);
    Long ownerOrNone = row.wasNull() ? null : owner;
    return new JobRow(
        row.getBytes(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        JobState.of(row.getInt(5)),
        row.getInt(6) == 1,
        row.getInt(7),
        row.getInt(8),
        row.getLong(9),
        ownerOrNone,
        row.getInt(11) == 1,
        row.getLong(12),
        row.getLong(13),
        row.getLong(14),
        row.getLong(15),
        row.getString(16),
        row.getString(17),
        row.getString(18),
        row.getString(19),
        row.getLong(20),
        row.getLong(21),
        row.getString(22));
  }
}
