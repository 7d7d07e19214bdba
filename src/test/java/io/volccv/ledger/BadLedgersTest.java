package io.volccv.ledger;

import static io.volccv.ledger.JdbcLedgerTest.claim;
import static io.volccv.ledger.LedgerSteps.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.files.SmallDisk;
import io.volccv.ledger.Ledger.Settlement;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ledgers that must not be used: each is refused at the start, and the message says what to do. */
final class BadLedgersTest {

  private LedgerHome home;

  @BeforeEach
  void openHome() throws Exception {
    home = LedgerHome.of(LedgerHome.Kind.SQLITE);
  }

  @AfterEach
  void closeHome() throws Exception {
    home.close();
  }

  @Test
  void oneOfANewerVersion() throws Exception {
    home.open().close();
    execute("PRAGMA user_version=99");

    refused("a newer version of volccv wrote it (schema 99)", "use that version");
  }

  @Test
  void anotherProgramsDatabase() throws Exception {
    execute("CREATE TABLE accounts (id INTEGER)");

    refused("it is another program's database", "name another file");
  }

  @Test
  void aDamagedOne() throws Exception {
    home.open().close();
    Files.write(file(), new byte[4096]);

    refused("it is damaged", "restore it from a backup");
  }

  @Test
  void oneThatIsNoDatabase() throws Exception {
    Files.writeString(file(), "not a database, and long enough to look at\n".repeat(100));

    refused("it is damaged", "restore it from a backup");
  }

  @Test
  void oneThatIsGoneWhileItsFolderIsThere() throws Exception {
    work("a");
    Files.delete(file());

    refused("it is not the ledger that was used here before", "put the right ledger back");
  }

  @Test
  void oneFromABackup() throws Exception {
    work("a");
    Path backup = home.folder().resolve("backup.db");
    Files.copy(file(), backup);
    work("b");
    Files.move(backup, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);

    refused("payments made since its backup are not in it", "delete");
  }

  @Test
  void aFolderThatAnotherProcessWorksWith() {
    home.open();

    refused("another process works with it", "give this one a folder of its own");
  }

  @Test
  void oneOnADiskThatCannotBeWritten() throws Exception {
    try (SmallDisk disk = new SmallDisk(home.folder().resolve("disk"), "1m")) {
      Path file = home.folder().resolve("disk").resolve("ledger.db");
      JdbcLedger ledger = ledger("jdbc:sqlite:" + file);
      ledger.start();
      ledger.close();
      disk.makeReadOnly();

      JdbcLedger again = ledger("jdbc:sqlite:" + file);
      assertThatThrownBy(again::start)
          .isInstanceOf(LedgerUnusableException.class)
          .hasMessageContaining("make it writable");
    }
  }

  @Test
  void aServerThatIsNotThere() {
    JdbcLedger ledger = ledger("jdbc:postgresql://user:s3cret@127.0.0.1:1/none?password=s3cret");

    assertThatThrownBy(ledger::start)
        .isInstanceOf(LedgerUnusableException.class)
        .hasMessageContaining("see that it is reachable")
        .hasMessageNotContaining("s3cret");
  }

  /** As some providers configure it, for speed. */
  @Test
  void aServerThatAnswersBeforeItHasWritten() throws Exception {
    try (EmbeddedPostgres server =
            EmbeddedPostgres.builder().setServerConfig("synchronous_commit", "off").start();
        Database database =
            Database.of(server.getJdbcUrl("postgres", "postgres"), Clock.systemUTC())) {
      String setting = "SELECT current_setting('synchronous_commit')";

      assertThat(database.sql().find(setting, row -> row.getString(1))).contains("on");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "ceph", "fuse.glusterfs"})
  void oneOnANetworkFileSystem(String type) {
    SqliteDatabase database = new SqliteDatabase(file(), Clock.systemUTC(), folder -> type);

    assertThatThrownBy(database::connect)
        .isInstanceOf(LedgerUnusableException.class)
        .hasMessageContaining("it is on a network file system (" + type + ")")
        .hasMessageContaining("put it on a local disk, or use PostgreSQL");
    assertThat(file()).doesNotExist();
  }

  /** One job from its claim to its end, and all closed. */
  private void work(String key) throws Exception {
    JdbcLedger ledger = ledger(home.url());
    ledger.start();
    Ledger.Claim claim = claim(ledger, key);
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result(key))));
    ledger.close();
  }

  private JdbcLedger ledger(String url) {
    return new JdbcLedger(
        url,
        home.folder().resolve("kept"),
        Quota.ofConcurrency(1),
        Budget.NONE,
        Duration.ofSeconds(10));
  }

  private Path file() {
    return home.folder().resolve("ledger.db");
  }

  private void execute(String sql) throws Exception {
    try (Connection connection = DriverManager.getConnection(home.url());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void refused(String problem, String remedy) {
    JdbcLedger ledger = ledger(home.url());
    assertThatThrownBy(ledger::start)
        .isInstanceOf(LedgerUnusableException.class)
        .hasMessageContaining(problem)
        .hasMessageContaining(remedy);
  }
}
