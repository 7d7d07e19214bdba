package io.volccv.ledger;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** A durable ledger that says when it commits, so that a process can die on either side of it. */
public final class WatchedLedger {

  /** Told on the ledger's thread. */
  public interface Watcher {
    /** A transaction begins; it ends with {@link #afterCommit} or {@link #rolledBack}. */
    void begin();

    /**
     * A transaction is about to be committed.
     *
     * @param connection to look at what is about to be committed
     */
    void beforeCommit(Connection connection) throws SQLException;

    void afterCommit(Connection connection) throws SQLException;

    /** Maybe there was nothing to take back. */
    void rolledBack();
  }

  private WatchedLedger() {}

  /**
   * A ledger that is not started yet.
   *
   * @param beat how often a process says that it lives
   * @param lease after how long without a beat it counts as dead
   */
  public static JdbcLedger of(
      String url,
      Path folder,
      Quota quota,
      Duration responseTimeout,
      Duration beat,
      Duration lease,
      Clock clock,
      Watcher watcher) {
    return new JdbcLedger(
        new WatchedDatabase(Database.of(url, clock), watcher),
        folder,
        quota,
        Budget.NONE,
        responseTimeout,
        new Owners.Pace(beat, lease),
        new SecureRandom()::nextLong);
  }

  private static final class WatchedDatabase extends Database {

    private final Database inner;
    private final Watcher watcher;

    WatchedDatabase(Database inner, Watcher watcher) {
      this.inner = inner;
      this.watcher = watcher;
    }

    @Override
    String name() {
      return inner.name();
    }

    @Override
    Optional<Path> file() {
      return inner.file();
    }

    @Override
    Connection connect() throws SQLException {
      return inner.connect();
    }

    @Override
    Connection connectToRead() throws SQLException {
      return inner.connectToRead();
    }

    @Override
    void begin(Connection connection) throws SQLException {
      watcher.begin();
      inner.begin(connection);
    }

    @Override
    void commit(Connection connection) throws SQLException {
      watcher.beforeCommit(connection);
      inner.commit(connection);
      watcher.afterCommit(connection);
    }

    @Override
    void rollback(Connection connection) throws SQLException {
      watcher.rolledBack();
      inner.rollback(connection);
    }

    @Override
    void endRead() throws SQLException {
      if (!(inner instanceof SqliteDatabase)) {
        super.endRead();
      }
    }

    @Override
    String lock() {
      return inner.lock();
    }

    @Override
    long now(Sql sql) throws SQLException {
      return inner.now(sql);
    }

    @Override
    Moment moment(Sql sql, String account) throws SQLException {
      return inner.moment(sql, account);
    }

    @Override
    boolean isPassing(SQLException failure) {
      return inner.isPassing(failure);
    }
  }
}
