package io.volccv.bench.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Where a ledger is, and how its table becomes full without ten million calls. */
abstract class Store implements AutoCloseable {

  private static final int DELIVERED = 6;

  private final Path folder;
  private final String name;
  private final int leastCallsPerSecond;

  Store(Path folder, String name, int leastCallsPerSecond) {
    this.folder = folder;
    this.name = name;
    this.leastCallsPerSecond = leastCallsPerSecond;
  }

  static Store sqlite(Path folder) {
    return new Sqlite(folder);
  }

  /** A server with the settings that PostgreSQL has by itself. */
  static Store postgresql(Path folder) throws IOException {
    return new Postgresql(
        folder,
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("postgresql"))
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .start());
  }

  Path folder() {
    return folder;
  }

  String name() {
    return name;
  }

  /** The goal. */
  int leastCallsPerSecond() {
    return leastCallsPerSecond;
  }

  abstract String url();

  /** Adds delivered jobs with random keys; the tables are there, and nobody works on them. */
  final void fill(int rows) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      long before = microsAgo(80);
      fill(connection, statement, rows, before, (microsAgo(0) - before) / rows);
      statement.execute("UPDATE meta SET value = '" + rows + "' WHERE name = 'jobs.DELIVERED'");
    }
  }

  private static long microsAgo(int days) {
    return (System.currentTimeMillis() - TimeUnit.DAYS.toMillis(days)) * 1000;
  }

  abstract void fill(
      Connection connection, Statement statement, int rows, long first, long microsBetween)
      throws SQLException;

  private static final class Sqlite extends Store {

    private static final String INSERT =
        "INSERT INTO job VALUES (?, 'a job', 'print', 'model', "
            + DELIVERED
            + ", 0, 0, 1, 0, ?, NULL, 'bench', 0, NULL, 0, 0, 0, 0, '2026-01-31', NULL, NULL, NULL,"
            + " NULL, NULL, ?, ?, ?)";

    Sqlite(Path folder) {
      super(folder, "SQLite", 3_000);
    }

    @Override
    String url() {
      return "jdbc:sqlite:" + folder().resolve("ledger.db");
    }

    /** In the order of the keys, so that the tree grows at one end only: minutes become seconds. */
    @Override
    void fill(Connection connection, Statement statement, int rows, long first, long between)
        throws SQLException {
      statement.execute("PRAGMA synchronous=OFF");
      statement.execute("BEGIN IMMEDIATE");
      SplittableRandom random = new SplittableRandom();
      long step = Long.divideUnsigned(-1L, rows);
      try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
        for (int i = 0; i < rows; i++) {
          byte[] key = new byte[32];
          random.nextBytes(key);
          ByteBuffer.wrap(key).putLong(step * i + (random.nextLong() >>> 1) % step);
          insert.setBytes(1, key);
          insert.setLong(2, random.nextLong());
          for (int time = 3; time <= 5; time++) {
            insert.setLong(time, first + i * between);
          }
          insert.executeUpdate();
        }
      }
      statement.execute("COMMIT");
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }

    @Override
    public void close() throws IOException {
      delete(folder());
    }
  }

  private static final class Postgresql extends Store {

    private final EmbeddedPostgres server;

    Postgresql(Path folder, EmbeddedPostgres server) {
      super(folder, "PostgreSQL", 1_500);
      this.server = server;
    }

    @Override
    String url() {
      return server.getJdbcUrl("postgres", "postgres");
    }

    /** The index of the keys is made afterwards. */
    @Override
    void fill(Connection connection, Statement statement, int rows, long first, long between)
        throws SQLException {
      statement.execute("ALTER TABLE job DROP CONSTRAINT job_pkey");
      statement.execute(
          "INSERT INTO job SELECT sha256(random()::text::bytea || int4send(i)), 'a job', 'print',"
              + " 'model', "
              + DELIVERED
              + ", 0, 0, 1, 0, i, NULL, 'bench', 0, NULL, 0, 0, 0, 0, '2026-01-31', NULL, NULL,"
              + " NULL, NULL, NULL, t, t, t FROM (SELECT i, "
              + first
              + " + i::bigint * "
              + between
              + " AS t FROM generate_series(1, "
              + rows
              + ") i) numbers");
      statement.execute("ALTER TABLE job ADD PRIMARY KEY (key)");
      statement.execute("VACUUM ANALYZE job");
      statement.execute("CHECKPOINT");
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
