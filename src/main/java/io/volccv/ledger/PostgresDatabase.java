package io.volccv.ledger;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;

/** A PostgreSQL server, for several machines that share an account. */
final class PostgresDatabase extends Database {

  static final String PREFIX = "jdbc:postgresql:";
  private static final String NOW = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

  /** So that two processes do not make the tables at the same time. */
  private static final long SCHEMA_LOCK = 0x564C4356L;

  private final String url;

  PostgresDatabase(String url) {
    this.url = url;
  }

  @Override
  String name() {
    return url.replaceFirst("\\?.*", "").replaceFirst("//[^/@]*@", "//");
  }

  @Override
  Optional<Path> file() {
    return Optional.empty();
  }

  @Override
  Connection connect() throws SQLException {
    Connection connection = DriverManager.getConnection(url, options());
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      commitForced(statement);
      // The server takes a table for empty until it has looked at it, and reads all of a full one.
      statement.execute("SET enable_seqscan = off");
      statement.execute("SELECT pg_advisory_xact_lock(" + SCHEMA_LOCK + ")");
      int version = version(statement);
      if (version > SCHEMA) {
        throw newer(version);
      }
      if (version == 0) {
        runFile(statement, "postgresql.sql");
        statement.execute(
            "INSERT INTO meta VALUES ('schema', '" + SCHEMA + "') ON CONFLICT (name) DO NOTHING");
      }
      connection.commit();
      return connection;
    } catch (SQLException | LedgerUnusableException e) {
      connection.close();
      throw e;
    }
  }

  /** Whatever the server does for others: a commit that counts is on its disk. */
  private void commitForced(Statement statement) throws SQLException {
    statement.execute(
        "SELECT set_config('synchronous_commit', 'on', false)"
            + " WHERE current_setting('synchronous_commit') = 'off'");
    try (var setting = statement.executeQuery("SHOW fsync")) {
      if (setting.next() && setting.getString(1).equals("off")) {
        LedgerThread.LOG.warn(
            "The server of {} has fsync=off: when its machine loses power it forgets payments",
            name());
      }
    }
  }

  private static Properties options() {
    Properties options = new Properties();
    options.setProperty("ApplicationName", "volccv");
    options.setProperty("connectTimeout", "5");
    options.setProperty("socketTimeout", "30");
    options.setProperty("tcpKeepAlive", "true");
    return options;
  }

  @Override
  Connection connectToRead() throws SQLException {
    Connection connection = DriverManager.getConnection(url, options());
    try (Statement statement = connection.createStatement()) {
      connection.setReadOnly(true);
      int version = version(statement);
      if (version == 0) {
        throw missing();
      }
      if (version > SCHEMA) {
        throw newer(version);
      }
      return connection;
    } catch (SQLException | LedgerUnusableException e) {
      connection.close();
      throw e;
    }
  }

  private static int version(Statement statement) throws SQLException {
    try (var exists = statement.executeQuery("SELECT to_regclass('meta') IS NOT NULL")) {
      if (!exists.next() || !exists.getBoolean(1)) {
        return 0;
      }
    }
    try (var version = statement.executeQuery("SELECT value FROM meta WHERE name = 'schema'")) {
      return version.next() ? Integer.parseInt(version.getString(1)) : 0;
    }
  }

  @Override
  void begin(Connection connection) {
    // The driver begins with the first statement.
  }

  @Override
  void commit(Connection connection) throws SQLException {
    connection.commit();
  }

  @Override
  void rollback(Connection connection) throws SQLException {
    connection.rollback();
  }

  @Override
  String lock() {
    return " FOR UPDATE";
  }

  /** The server's: the clocks of several machines differ. Not now(), the transaction's start. */
  @Override
  long now(Sql sql) throws SQLException {
    return sql.number("SELECT " + NOW);
  }

  /** In one round trip. */
  @Override
  Moment moment(Sql sql, String account) throws SQLException {
    return sql.find(
            "SELECT now, (SELECT count(*) FROM job WHERE account = ? AND permit = 1"
                + " AND (permit_until IS NULL OR permit_until > now)) FROM (SELECT "
                + NOW
                + " AS now) AS clock",
            row -> new Moment(row.getLong(1), row.getLong(2)),
            account)
        .orElseThrow();
  }

  /**
   * Connection lost, server starting, stopping or only a replica for now, resources, time limits of
   * its operator, serialization and deadlock.
   */
  @Override
  boolean isPassing(SQLException failure) {
    String state = failure.getSQLState() == null ? "08" : failure.getSQLState();
    return state.startsWith("08")
        || state.startsWith("57")
        || state.startsWith("55")
        || state.equals("25006")
        || state.startsWith("53")
        || state.startsWith("40")
        || state.startsWith("58");
  }
}
