package io.volccv.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.volccv.model.Content;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.MediaFormat;
import io.volccv.model.Money;
import io.volccv.model.Spool;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A ledger and its folders, that processes come and go on. */
final class LedgerHome implements AutoCloseable {

  /** On which database. */
  enum Kind {
    SQLITE,
    POSTGRESQL
  }

  private static final AtomicInteger DATABASES = new AtomicInteger();
  private static @Nullable EmbeddedPostgres server;

  private final Path folder;
  private final String url;
  private final List<JdbcLedger> open = new ArrayList<>();
  private int concurrency = 10;

  private LedgerHome(Path folder, String url) {
    this.folder = folder;
    this.url = url;
  }

  static synchronized LedgerHome of(Kind kind) throws IOException, SQLException {
    Path folder = Files.createTempDirectory("ledger");
    if (kind == Kind.SQLITE) {
      return new LedgerHome(folder, "jdbc:sqlite:" + folder.resolve("ledger.db"));
    }
    if (server == null) {
      server = EmbeddedPostgres.builder().start();
    }
    String name = "ledger" + DATABASES.incrementAndGet();
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return new LedgerHome(folder, server.getJdbcUrl("postgres", name));
  }

  static synchronized void stopServer() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  String url() {
    return url;
  }

  Path folder() {
    return folder;
  }

  JdbcLedger open() {
    return open(concurrency);
  }

  JdbcLedger open(int concurrency) {
    return open("kept", concurrency, Budget.NONE);
  }

  JdbcLedger openAnother(int concurrency) {
    return open("kept" + open.size(), concurrency, Budget.NONE);
  }

  JdbcLedger open(String kept, int concurrency, Budget budget) {
    this.concurrency = concurrency;
    JdbcLedger ledger =
        new JdbcLedger(
            url,
            folder.resolve(kept),
            new Quota("main", 0, concurrency, 1000),
            budget,
            Duration.ofMinutes(2));
    ledger.start();
    open.add(ledger);
    return ledger;
  }

  /** One with an account and a clock of its own, which looks after other processes all the time. */
  JdbcLedger open(String kept, Quota quota, Budget budget, Clock clock) {
    JdbcLedger ledger =
        new JdbcLedger(
            Database.of(url, clock),
            folder.resolve(kept),
            quota,
            budget,
            Duration.ofSeconds(30),
            new Owners.Pace(Duration.ofMillis(100), Duration.ofSeconds(30)),
            new SecureRandom()::nextLong);
    ledger.start();
    open.add(ledger);
    return ledger;
  }

  /** The process ends and leaves what it worked on, as a killed one does; the next one starts. */
  JdbcLedger reopen() {
    open.forEach(JdbcLedger::close);
    open.clear();
    return open();
  }

  /** Another process takes the living one for dead. */
  void reap() throws SQLException {
    try (Database database = Database.of(url, Clock.systemUTC())) {
      Quota quota = new Quota("main", 0, concurrency, 1000);
      Turn turn = Turn.begin(database, new Account(quota), quota, Budget.NONE);
      Reaper reaper = new Reaper(Duration.ofSeconds(150), Duration.ofDays(90));
      for (long owner : turn.sql().list("SELECT id FROM owner", row -> row.getLong(1))) {
        reaper.reap(turn, owner);
      }
      turn.store();
      database.commit();
    }
  }

  List<Path> keptFiles() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("kept"))) {
      return files.filter(file -> file.getFileName().toString().matches("[0-9a-f]{16}.*")).toList();
    }
  }

  CvResult result(String text) {
    CvImage image = new CvImage(MediaFormat.PNG, new InMemory(Content.of(text.getBytes(UTF_8))));
    return new CvResult(
        "model",
        "request-1",
        List.of(image),
        Map.of("seed", 7),
        Optional.of(7L),
        Optional.of(new Money(200)));
  }

  static String text(CvResult result) throws IOException {
    try (InputStream in = result.images().get(0).stream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    open.forEach(JdbcLedger::close);
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private record InMemory(Content content) implements Spool.Stored {
    @Override
    public long length() {
      return content.length();
    }

    @Override
    public ReadableByteChannel open() throws IOException {
      return Channels.newChannel(Channels.newInputStream(content.open()));
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public Spool.Stored share() {
      return this;
    }

    @Override
    public void release() {}
  }
}
