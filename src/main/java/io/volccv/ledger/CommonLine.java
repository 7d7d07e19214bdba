package io.volccv.ledger;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/**
 * First come first served over all processes on an account: each tells since when its first one
 * waits, by the ledger's clock in microseconds, and who waits longer goes first.
 */
final class CommonLine {

  /** So long it is believed what another process has told: it may have died since. */
  private static final long BELIEVE_MICROS = TimeUnit.SECONDS.toMicros(1);

  private final String account;
  private final long owner;
  private boolean told;

  /**
   * @param owner this process
   */
  CommonLine(String account, long owner) {
    this.account = account;
    this.owner = owner;
  }

  /** Whether nobody in another process waits longer than since {@code since}. */
  boolean isFirst(Sql sql, long since, long now) throws SQLException {
    return since <= oldestElsewhere(sql, now);
  }

  /** Since when the first one of another process waits; for ever in the future when none does. */
  long oldestElsewhere(Sql sql, long now) throws SQLException {
    long since =
        sql.number(
            "SELECT min(waiting_us) FROM owner"
                + " WHERE id <> ? AND account = ? AND waiting_us > 0 AND seen_us > ?",
            owner,
            account,
            now - BELIEVE_MICROS);
    return since == 0 ? Long.MAX_VALUE : since;
  }

  /** Whether a call could begin, as far as can be read without a lock. */
  boolean hasRoom(Sql sql, long now) throws SQLException {
    long permits = Turn.permits(sql, account, now);
    return sql.find(
            "SELECT concurrency, next FROM account WHERE id = ?",
            row -> permits < row.getLong(1) && row.getLong(2) <= now,
            account)
        .orElse(false);
  }

  /**
   * The others learn how long the first one here waits.
   *
   * @param first since when; 0 when nobody does
   */
  void tell(Turn turn, long first) throws SQLException {
    if (first != 0 || told) {
      turn.sql()
          .update(
              "UPDATE owner SET waiting_us = ?, seen_us = ? WHERE id = ?",
              first,
              turn.now(),
              owner);
    }
    told = first != 0;
  }
}
