package io.volccv.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;

/**
 * A look into a ledger, whether apps work with it or none does: a connection of its own that only
 * reads, in statements that are short, so that nobody waits for it.
 */
final class LedgerView implements AutoCloseable {

  private final Database database;
  private final Connection connection;
  private final Sql sql;

  private LedgerView(Database database, Connection connection) {
    this.database = database;
    this.connection = connection;
    this.sql = new Sql(connection);
  }

  /**
   * @param url {@code jdbc:sqlite:FILE} or {@code jdbc:postgresql:...}
   * @throws LedgerUnusableException when there is no ledger, or it cannot be read
   */
  static LedgerView open(String url) {
    Database database = Database.of(url, Clock.systemUTC());
    try {
      return new LedgerView(database, database.connectToRead());
    } catch (SQLException e) {
      throw unreadable(database, e);
    }
  }

  /** One question, or several short ones. */
  interface Question<T> {
    T ask(Sql sql) throws SQLException;
  }

  <T> T ask(Question<T> question) {
    try {
      return question.ask(sql);
    } catch (SQLException e) {
      throw unreadable(database, e);
    }
  }

  /** Microseconds since 1970, by the ledger's clock. */
  long now() {
    return ask(database::now);
  }

  static LedgerUnusableException unreadable(Database database, SQLException failure) {
    return database.unusable(
        "it cannot be read: " + failure.getMessage(), "see that it is reachable", failure);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LedgerThread.LOG.debug("Cannot close the connection to {}", database.name(), e);
    }
  }
}
