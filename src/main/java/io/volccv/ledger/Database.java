package io.volccv.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The ledger's one connection, and what differs between databases. Used by one thread. Broken
 * connections are opened anew.
 */
abstract class Database implements AutoCloseable {

  /** Of the tables; a ledger with a higher one was written by a newer version. */
  static final int SCHEMA = 1;

  private @Nullable Connection connection;
  private @Nullable Sql sql;

  /**
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:...}
   */
  static Database of(String url, Clock clock) {
    if (url.startsWith(SqliteDatabase.PREFIX)) {
      return new SqliteDatabase(Path.of(url.substring(SqliteDatabase.PREFIX.length())), clock);
    }
    if (url.startsWith(PostgresDatabase.PREFIX)) {
      return new PostgresDatabase(url);
    }
    throw new LedgerUnusableException(
        url.replaceFirst("[?@].*", ""),
        "it is no ledger",
        "write jdbc:sqlite:FILE, jdbc:postgresql://HOST/DATABASE or memory",
        null);
  }

  /** Where it is, without credentials. */
  abstract String name();

  /** The file it is in, empty for a server. */
  abstract Optional<Path> file();

  /** Connects and makes or checks the tables. */
  abstract Connection connect() throws SQLException;

  /**
   * Connects only to read: makes nothing, locks nothing and holds nobody up.
   *
   * @throws LedgerUnusableException when there is no ledger, or it is none
   */
  abstract Connection connectToRead() throws SQLException;

  /** Begins a transaction that no other process can come between. */
  abstract void begin(Connection connection) throws SQLException;

  abstract void commit(Connection connection) throws SQLException;

  abstract void rollback(Connection connection) throws SQLException;

  /** What is added to the query of the account's row, so that it stays locked. */
  abstract String lock();

  /** Microseconds since 1970; after the account's row is locked, never before. */
  abstract long now(Sql sql) throws SQLException;

  /**
   * The time and what is in use of an account's concurrency at that time.
   *
   * @param now microseconds since 1970
   */
  record Moment(long now, long permits) {}

  /** After the account's row is locked, never before: permits are counted that are seen then. */
  Moment moment(Sql sql, String account) throws SQLException {
    long now = now(sql);
    return new Moment(now, Turn.permits(sql, account, now));
  }

  /** Whether trying again later may help. */
  abstract boolean isPassing(SQLException failure);

  /** Opens the connection when there is none. */
  Sql sql() throws SQLException {
    if (sql == null || connection == null) {
      connection = connect();
      sql = new Sql(connection);
    }
    return sql;
  }

  void begin() throws SQLException {
    sql();
    begin(open());
  }

  void commit() throws SQLException {
    commit(open());
  }

  /** Ends what a look without a lock may have begun. */
  void endRead() throws SQLException {
    rollback(open());
  }

  /** Ends a transaction that went wrong; a connection that cannot even do this is given up. */
  void rollback() {
    Connection broken = connection;
    if (broken == null) {
      return;
    }
    try {
      rollback(broken);
      if (broken.isValid(1)) {
        return;
      }
    } catch (SQLException e) {
      LedgerThread.LOG.debug("The connection to {} is given up", name(), e);
    }
    close();
  }

  private Connection open() throws SQLException {
    if (connection == null) {
      throw new SQLException("there is no connection");
    }
    return connection;
  }

  @Override
  public void close() {
    Connection old = connection;
    connection = null;
    sql = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException e) {
        LedgerThread.LOG.debug("Cannot close the connection to {}", name(), e);
      }
    }
  }

  /** Runs the statements of a file beside this class. */
  static void runFile(Statement statement, String resource) throws SQLException {
    for (String one : statements(resource)) {
      statement.execute(one);
    }
  }

  private static List<String> statements(String resource) {
    try (InputStream in = Database.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing from the jar");
      }
      return Stream.of(new String(in.readAllBytes(), UTF_8).split(";\\s*\n"))
          .map(String::strip)
          .filter(text -> !text.isEmpty())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Nothing was made yet; or something else was named. */
  LedgerUnusableException missing() {
    return new MissingLedgerException(name());
  }

  LedgerUnusableException newer(int version) {
    return unusable(
        "a newer version of volccv wrote it (schema " + version + ")",
        "use that version; this one knows schema " + SCHEMA,
        null);
  }

  LedgerUnusableException unusable(String problem, String remedy, @Nullable Throwable cause) {
    return new LedgerUnusableException(name(), problem, remedy, cause);
  }
}
