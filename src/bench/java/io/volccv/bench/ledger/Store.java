package io.volccv.bench.ledger;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;

/** Where a ledger is, and how its table becomes full without ten million calls. */
abstract class Store {

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
  static Postgresql postgresql(Path folder) throws IOException {
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
  final void fill(int rows) throws SQLException, IOException {
    try (Connection connection = DriverManager.getConnection(url());
        Statement statement = connection.createStatement()) {
      long before = microsAgo(80);
      fill(statement, rows, before, (microsAgo(0) - before) / rows);
      statement.execute("UPDATE meta SET value = '" + rows + "' WHERE name = 'jobs.DELIVERED'");
    }
  }

  private static long microsAgo(int days) {
    return (System.currentTimeMillis() - TimeUnit.DAYS.toMillis(days)) * 1000;
  }

  abstract void fill(Statement statement, int rows, long first, long microsBetween)
      throws SQLException, IOException;

  private static final class Sqlite extends Store {

    Sqlite(Path folder) {
      super(folder, "SQLite", 3_000);
    }

    @Override
    String url() {
      return "jdbc:sqlite:" + file();
    }

    private Path file() {
      return folder().resolve("ledger.db");
    }

    /** In the order of the keys, so that the tree grows at one end only. */
    @Override
    void fill(Statement statement, int rows, long first, long between)
        throws SQLException, IOException {
      statement.execute("PRAGMA synchronous=OFF");
      statement.execute(
          """
          INSERT INTO job
          WITH RECURSIVE number (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM number WHERE i + 1 < %1$d),
            made (i, key, t) AS (
              SELECT i, printf('%%015X', i * %2$d + abs(random() %% %2$d)), %3$d + i * %4$d FROM number)
          SELECT unhex(key || substr(hex(randomblob(25)), 2)), 'a job', 'print', 'model', %5$d, 0, 0,
            1, 0, i, NULL, 'bench', 0, NULL, 0, 0, 0, 0, '2026-01-31', NULL, NULL, NULL, NULL, NULL,
            t, t, t
          FROM made
          """
              .formatted(rows, (1L << 60) / rows, first, between, DELIVERED));
      statement.execute("PRAGMA wal_checkpoint(TRUNCATE)");
      // Or the system would write while the ledger is measured.
      try (FileChannel file = FileChannel.open(file(), StandardOpenOption.WRITE)) {
        file.force(true);
      }
    }
  }

  /** A server that runs until it is closed. */
  static final class Postgresql extends Store implements AutoCloseable {

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
    void fill(Statement statement, int rows, long first, long between) throws SQLException {
      statement.execute("ALTER TABLE job DROP CONSTRAINT job_pkey");
      statement.execute(
          """
          INSERT INTO job
          SELECT sha256(random()::text::bytea || int4send(i)), 'a job', 'print', 'model', %4$d, 0, 0,
            1, 0, i, NULL, 'bench', 0, NULL, 0, 0, 0, 0, '2026-01-31', NULL, NULL, NULL, NULL, NULL,
            t, t, t
          FROM (SELECT i, %2$d + i::bigint * %3$d AS t FROM generate_series(1, %1$d) i) number
          """
              .formatted(rows, first, between, DELIVERED));
      statement.execute("ALTER TABLE job ADD PRIMARY KEY (key)");
      statement.execute("VACUUM ANALYZE job");
      statement.execute("CHECKPOINT");
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
