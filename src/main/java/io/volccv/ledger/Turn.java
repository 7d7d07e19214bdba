package io.volccv.ledger;

import io.volccv.ledger.Account.Figures;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One transaction on the account, which is locked from the first statement on: its quota and budget
 * are plain Java between {@link #begin} and {@link #store}.
 */
final class Turn {

  private final Sql sql;
  private final String accountName;
  private final long now;
  private final Account account;
  private final Spending spending;
  private final Jobs jobs;

  private Turn(
      Sql sql, String accountName, long now, Account account, Spending spending, Jobs jobs) {
    this.sql = sql;
    this.accountName = accountName;
    this.now = now;
    this.account = account;
    this.spending = spending;
    this.jobs = jobs;
  }

  /**
   * Locks the account and loads it. The permits are counted by a statement of their own: one that
   * also locks would count in a snapshot that is older than the lock.
   */
  static Turn begin(Database database, Account account, Quota quota, Budget budget)
      throws SQLException {
    database.begin();
    Sql sql = database.sql();
    String name = quota.account();
    String load =
        "SELECT step, concurrency, changed, refused, next FROM account WHERE id = ?"
            + database.lock();
    Optional<Figures> left = sql.find(load, Turn::figures, name);
    if (left.isEmpty()) {
      sql.update(
          "INSERT INTO account VALUES (?, ?, ?, 0, 0, 0) ON CONFLICT (id) DO NOTHING",
          name,
          account.step(),
          account.concurrency());
      left = sql.find(load, Turn::figures, name);
    }
    account.load(left.orElseThrow());
    Database.Moment moment = database.moment(sql, name);
    long now = moment.now();
    account.inUse(moment.permits());
    Spending spending = new Spending(sql, budget, name);
    return new Turn(sql, name, now, account, spending, new Jobs(sql, name, now));
  }

  private static Figures figures(ResultSet row) throws SQLException {
    return new Figures(
        row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4) == 1, row.getLong(5));
  }

  /** How many calls count against the concurrency; some only until a certain time. */
  static long permits(Sql sql, String account, long now) throws SQLException {
    return sql.number(
        "SELECT count(*) FROM job WHERE account = ? AND permit = 1"
            + " AND (permit_until IS NULL OR permit_until > ?)",
        account,
        now);
  }

  /** Writes what has changed. */
  void store() throws SQLException {
    spending.store();
    jobs.store();
    Figures changed = account.toStore().orElse(null);
    if (changed != null) {
      sql.update(
          "UPDATE account SET step = ?, concurrency = ?, changed = ?, refused = ?, next = ?"
              + " WHERE id = ?",
          changed.step(),
          changed.concurrency(),
          changed.changed(),
          changed.refused() ? 1 : 0,
          changed.next(),
          accountName);
    }
  }

  Sql sql() {
    return sql;
  }

  /** Microseconds since 1970, by the ledger's clock. */
  long now() {
    return now;
  }

  String accountName() {
    return accountName;
  }

  Account account() {
    return account;
  }

  Spending spending() {
    return spending;
  }

  Jobs jobs() {
    return jobs;
  }

  /** Takes back what a job has reserved or perhaps spent, and books what it really cost. */
  void book(JobRow job, long spent, long images) throws SQLException {
    spending.move(
        job.account(),
        job.day(),
        job.route(),
        new Spending.Move(
            -job.held(), -job.heldImages(), -job.maybe(), -job.maybeImages(), spent, images));
  }

  /** What a job has reserved is from now on perhaps spent. */
  void doubt(JobRow job) throws SQLException {
    spending.move(
        job.account(),
        job.day(),
        job.route(),
        new Spending.Move(-job.held(), -job.heldImages(), job.held(), job.heldImages(), 0, 0));
  }

  @Nullable JobRow find(byte[] key) throws SQLException {
    return jobs.find(key);
  }
}
