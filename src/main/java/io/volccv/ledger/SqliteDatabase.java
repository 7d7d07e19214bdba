package io.volccv.ledger;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.BusyHandler;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A file, for one machine. Every commit is on the disk before it counts.
 *
 * <p>Transactions are begun and ended by statements: with the driver's own, an idle connection
 * would hold the write lock for ever.
 */
final class SqliteDatabase extends Database {

  static final String PREFIX = "jdbc:sqlite:";

  /** "VLCV": tells a ledger from any other database. */
  private static final int APPLICATION_ID = 0x564C4356;

  /** The write-ahead log needs memory that all processes share. */
  private static final Set<String> NETWORK =
      Set.of(
          "nfs",
          "nfs4",
          "cifs",
          "smb",
          "smb2",
          "smb3",
          "smbfs",
          "9p",
          "afs",
          "ceph",
          "lustre",
          "gpfs",
          "beegfs",
          "glusterfs",
          "fuse.sshfs",
          "fuse.glusterfs",
          "fuse.s3fs",
          "fuse.rclone");

  private static final long BUSY_MILLIS = 5_000;

  private final Path file;
  private final Clock clock;
  private final FileSystems fileSystems;

  /** What kind of file system a folder is on. */
  interface FileSystems {
    String type(Path folder) throws IOException;
  }

  SqliteDatabase(Path file, Clock clock) {
    this(file, clock, folder -> Files.getFileStore(folder).type());
  }

  SqliteDatabase(Path file, Clock clock, FileSystems fileSystems) {
    this.file = file.toAbsolutePath().normalize();
    this.clock = clock;
    this.fileSystems = fileSystems;
  }

  @Override
  String name() {
    return file.toString();
  }

  @Override
  Optional<Path> file() {
    return Optional.of(file);
  }

  @Override
  Connection connect() throws SQLException {
    checkPlace();
    Properties options = new Properties();
    options.setProperty("busy_timeout", String.valueOf(BUSY_MILLIS));
    Connection connection = JDBC.createConnection(PREFIX + file, options);
    try (Statement statement = connection.createStatement()) {
      waitFairly(connection);
      requireWritable(statement);
      statement.execute("PRAGMA journal_mode=WAL");
      statement.execute("PRAGMA synchronous=FULL");
      require(statement, "PRAGMA synchronous", 2);
      requireOurs(statement);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw explained(e);
    } catch (LedgerUnusableException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  Connection connectToRead() throws SQLException {
    if (!Files.isRegularFile(file)) {
      throw missing();
    }
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setBusyTimeout((int) BUSY_MILLIS);
    try {
      Connection connection = JDBC.createConnection(PREFIX + file, config.toProperties());
      try (Statement statement = connection.createStatement()) {
        requireReadable(statement);
        return connection;
      } catch (SQLException | LedgerUnusableException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw explained(e);
    }
  }

  private void requireReadable(Statement statement) throws SQLException {
    int id = pragma(statement, "application_id");
    int version = pragma(statement, "user_version");
    if (id == 0 && version == 0 && tables(statement) == 0) {
      throw missing();
    }
    if (id != APPLICATION_ID) {
      throw unusable("it is another program's database", "name another file", null);
    }
    if (version > SCHEMA) {
      throw newer(version);
    }
  }

  private void checkPlace() {
    Path folder = file.getParent();
    try {
      Files.createDirectories(folder);
      String type = fileSystems.type(folder).toLowerCase(Locale.ROOT);
      if (NETWORK.contains(type)) {
        throw unusable(
            "it is on a network file system (" + type + "), where it could be corrupted",
            "put it on a local disk, or use PostgreSQL",
            null);
      }
    } catch (IOException e) {
      throw unusable("its folder cannot be used: " + e.getMessage(), "make it writable", e);
    }
  }

  /** The driver's own handler sleeps up to 100 ms and lets others overtake. */
  private static void waitFairly(Connection connection) throws SQLException {
    BusyHandler.setHandler(
        connection,
        new BusyHandler() {
          @Override
          protected int callback(int times) {
            LockSupport.parkNanos(1_000_000);
            return times < BUSY_MILLIS ? 1 : 0;
          }
        });
  }

  private void requireWritable(Statement statement) throws SQLException {
    if (Files.exists(file) && !Files.isWritable(file)) {
      throw unusable("it is read-only", "make it writable", null);
    }
    statement.execute("PRAGMA query_only=OFF");
  }

  private void requireOurs(Statement statement) throws SQLException {
    statement.execute("BEGIN IMMEDIATE");
    int id = pragma(statement, "application_id");
    int version = pragma(statement, "user_version");
    if (id == APPLICATION_ID && version > SCHEMA) {
      throw newer(version);
    }
    if (id != APPLICATION_ID && (id != 0 || version != 0 || tables(statement) > 0)) {
      throw unusable("it is another program's database", "name another file", null);
    }
    if (id == 0) {
      runFile(statement, "sqlite.sql");
      statement.execute("PRAGMA application_id=" + APPLICATION_ID);
      statement.execute("PRAGMA user_version=" + SCHEMA);
    }
    statement.execute("COMMIT");
  }

  private static int tables(Statement statement) throws SQLException {
    try (var result = statement.executeQuery("SELECT count(*) FROM sqlite_master")) {
      return result.getInt(1);
    }
  }

  private static int pragma(Statement statement, String name) throws SQLException {
    try (var result = statement.executeQuery("PRAGMA " + name)) {
      return result.getInt(1);
    }
  }

  private static void require(Statement statement, String pragma, int value) throws SQLException {
    try (var result = statement.executeQuery(pragma)) {
      if (result.getInt(1) != value) {
        throw new SQLException(pragma + " is " + result.getInt(1) + " and not " + value);
      }
    }
  }

  /** What cannot be mended by waiting stops the start. */
  private SQLException explained(SQLException failure) {
    SQLiteErrorCode code = code(failure);
    return switch (code) {
      case SQLITE_CORRUPT, SQLITE_NOTADB ->
          throw unusable(
              "it is damaged (" + code + ")",
              "restore it from a backup; an empty one would pay again for what is under way",
              failure);
      case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM ->
          throw unusable("it cannot be written (" + code + ")", "make it writable", failure);
      default -> failure;
    };
  }

  private static SQLiteErrorCode code(SQLException failure) {
    SQLiteErrorCode code =
        failure instanceof SQLiteException sqlite
            ? sqlite.getResultCode()
            : SQLiteErrorCode.getErrorCode(failure.getErrorCode());
    // Extended codes hold the plain one in their lowest byte.
    return SQLiteErrorCode.getErrorCode(code.code & 0xff);
  }

  @Override
  void begin(Connection connection) throws SQLException {
    run(connection, "BEGIN IMMEDIATE");
  }

  @Override
  void commit(Connection connection) throws SQLException {
    run(connection, "COMMIT");
  }

  /** A full disk or an I/O error may have rolled back already; then there is nothing to end. */
  @Override
  void rollback(Connection connection) throws SQLException {
    try {
      run(connection, "ROLLBACK");
    } catch (SQLException e) {
      if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
        throw e;
      }
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Without a transaction every look is on its own. */
  @Override
  void endRead() {}

  @Override
  String lock() {
    return "";
  }

  @Override
  long now(Sql sql) {
    return clock.millis() * 1000;
  }

  @Override
  boolean isPassing(SQLException failure) {
    return switch (code(failure)) {
      case SQLITE_BUSY,
          SQLITE_LOCKED,
          SQLITE_FULL,
          SQLITE_IOERR,
          SQLITE_CANTOPEN,
          SQLITE_READONLY,
          SQLITE_NOMEM ->
          true;
      default -> false;
    };
  }
}
