package io.volccv.ledger;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Statements of one connection, each prepared once. */
final class Sql {

  /** Reads one row. */
  interface Reader<T> {
    T read(ResultSet row) throws SQLException;
  }

  private final Connection connection;
  private final Map<String, PreparedStatement> prepared = new HashMap<>();

  Sql(Connection connection) {
    this.connection = connection;
  }

  /** How many rows were changed. */
  int update(String sql, @Nullable Object... values) throws SQLException {
    return bound(sql, values).executeUpdate();
  }

  <T> List<T> list(String sql, Reader<T> reader, @Nullable Object... values) throws SQLException {
    List<T> rows = new ArrayList<>();
    try (ResultSet result = bound(sql, values).executeQuery()) {
      while (result.next()) {
        rows.add(reader.read(result));
      }
    }
    return rows;
  }

  <T> Optional<T> find(String sql, Reader<T> reader, @Nullable Object... values)
      throws SQLException {
    try (ResultSet result = bound(sql, values).executeQuery()) {
      return result.next() ? Optional.of(reader.read(result)) : Optional.empty();
    }
  }

  /** The number that {@code sql} gives; 0 without a row. */
  long number(String sql, @Nullable Object... values) throws SQLException {
    return find(sql, row -> row.getLong(1), values).orElse(0L);
  }

  /** One statement for each of the rows, in one round trip; all succeed, or it fails. */
  void batch(String sql, List<@Nullable Object[]> rows) throws SQLException {
    if (rows.isEmpty()) {
      return;
    }
    PreparedStatement statement = statement(sql);
    statement.clearBatch();
    for (@Nullable Object[] values : rows) {
      bind(statement, values);
      statement.addBatch();
    }
    try {
      statement.executeBatch();
    } catch (BatchUpdateException e) {
      // SQLite's driver gives its code in the cause alone, and by it is decided what passes.
      throw e.getCause() instanceof SQLException cause ? cause : e;
    }
  }

  private PreparedStatement bound(String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = statement(sql);
    bind(statement, values);
    return statement;
  }

  private PreparedStatement statement(String sql) throws SQLException {
    PreparedStatement statement = prepared.get(sql);
    if (statement == null) {
      statement = connection.prepareStatement(sql);
      prepared.put(sql, statement);
    }
    return statement;
  }

  private static void bind(PreparedStatement statement, @Nullable Object... values)
      throws SQLException {
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }
}
