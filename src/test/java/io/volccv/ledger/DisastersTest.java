package io.volccv.ledger;

import static io.volccv.ledger.JdbcLedgerTest.claim;
import static io.volccv.ledger.LedgerSteps.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.UnreachableException;
import io.volccv.files.SmallDisk;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Kept;
import io.volccv.ledger.Ledger.Settlement;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The surroundings fail while a ledger works: nothing is sent unnoted, nothing paid is dropped. */
@Timeout(90)
@Tag("slow")
final class DisastersTest {

  private static final Duration LONG = Duration.ofSeconds(20);

  private LedgerHome home;
  private final List<JdbcLedger> open = new ArrayList<>();

  @BeforeEach
  void openHome() throws Exception {
    home = LedgerHome.of(LedgerHome.Kind.SQLITE);
  }

  @AfterEach
  void closeAll() throws Exception {
    open.forEach(JdbcLedger::close);
    home.close();
  }

  @Test
  void theLedgersDiskIsFull() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder("disk"), "512k")) {
      JdbcLedger ledger = ledger("jdbc:sqlite:" + folder("disk").resolve("ledger.db"), "kept");
      Claim paid = claim(ledger, "paid");
      done(paid.sent());
      Claim unsent = claim(ledger, "unsent");
      disk.fill();

      CompletableFuture<Void> settled = settle(paid);
      assertThatThrownBy(() -> done(unsent.sent()))
          .isInstanceOf(UnreachableException.class)
          .hasMessageContaining("the call was not sent");
      assertThat(settled).isNotDone();
      disk.free();

      await().atMost(LONG).until(settled::isDone);
      assertThat(ask(ledger, "paid").join()).isInstanceOf(Kept.class);
      ledger.close();
    }
  }

  @Test
  void theDiskOfTheResultsIsFull() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder("disk"), "80m")) {
      JdbcLedger ledger = ledger(home.url(), "disk/kept");
      Claim paid = claim(ledger, "paid");
      done(paid.sent());
      disk.fill();

      CompletableFuture<Void> settled = settle(paid);
      CompletableFuture<Admission> next = ask(ledger, "next");
      await().during(Duration.ofSeconds(2)).until(() -> !settled.isDone() && !next.isDone());
      disk.free();

      await().atMost(LONG).until(() -> settled.isDone() && next.isDone());
      assertThat(ask(ledger, "paid").join()).isInstanceOf(Kept.class);
      ledger.close();
    }
  }

  @Test
  void anotherProgramHoldsTheLockOfTheFile() throws Exception {
    JdbcLedger ledger = ledger(home.url(), "kept");
    Claim paid = claim(ledger, "paid");
    done(paid.sent());
    Claim unsent = claim(ledger, "unsent");
    CompletableFuture<Void> settled;
    CompletableFuture<Admission> next;
    try (Connection other = DriverManager.getConnection(home.url());
        Statement statement = other.createStatement()) {
      statement.execute("BEGIN IMMEDIATE");
      settled = settle(paid);
      next = ask(ledger, "next");

      assertThatThrownBy(() -> done(unsent.sent())).isInstanceOf(UnreachableException.class);
      assertThat(settled).isNotDone();
      assertThat(next).isNotDone();
      statement.execute("ROLLBACK");
    }
    await().atMost(LONG).until(() -> settled.isDone() && next.isDone());
    assertThat(ask(ledger, "paid").join()).isInstanceOf(Kept.class);
  }

  @Test
  void theServerGoesAwayAndComesBack() throws Exception {
    Path data = folder("postgresql");
    EmbeddedPostgres server = server(data, 0);
    int port = server.getPort();
    JdbcLedger ledger = ledger(server.getJdbcUrl("postgres", "postgres"), "kept");
    Claim paid = claim(ledger, "paid");
    done(paid.sent());
    Claim unsent = claim(ledger, "unsent");
    server.close();

    CompletableFuture<Void> settled = settle(paid);
    CompletableFuture<Admission> next = ask(ledger, "next");
    assertThatThrownBy(() -> done(unsent.sent())).isInstanceOf(UnreachableException.class);
    assertThat(settled).isNotDone();

    try (EmbeddedPostgres again = server(data, port)) {
      await().atMost(LONG).until(() -> settled.isDone() && next.isDone());
      assertThat(again.getPort()).isEqualTo(port);
      assertThat(ask(ledger, "paid").join()).isInstanceOf(Kept.class);
      ledger.close();
    }
  }

  private static EmbeddedPostgres server(Path data, int port) throws Exception {
    return EmbeddedPostgres.builder()
        .setDataDirectory(data)
        .setCleanDataDirectory(false)
        .setPort(port)
        .start();
  }

  @Test
  void theClockJumpsByAnHour() throws Exception {
    JumpingClock clock = new JumpingClock();
    JdbcLedger one = ledger(home.url(), "one", clock, new Quota("main", 5, 2, 100));
    JdbcLedger two = ledger(home.url(), "two", clock, new Quota("main", 5, 2, 100));
    for (Duration jump : List.of(Duration.ofHours(1), Duration.ofHours(-2), Duration.ofHours(1))) {
      String key = "under way " + jump + clock.instant();
      Claim underWay = claim(one, key);
      done(underWay.sent());
      clock.jump(jump);

      Claim other = claim(two, key + " of two");
      done(other.sent());
      done(other.settle(new Settlement.Done(home.result("two"))));
      await().during(Duration.ofMillis(600)).until(() -> !ask(two, key).isDone());
      done(underWay.settle(new Settlement.Done(home.result("one"))));
    }
  }

  @Test
  void theClockIsSetBackWhileACallMayStillRun() throws Exception {
    JumpingClock clock = new JumpingClock();
    JdbcLedger ledger = ledger(home.url(), "kept", clock, Quota.ofConcurrency(1));
    Claim cut = claim(ledger, "cut");
    done(cut.sent());
    done(cut.settle(new Settlement.Unknown(unknown())));

    clock.jump(Duration.ofHours(-1));
    CompletableFuture<Admission> next = ask(ledger, "next");
    await().during(Duration.ofSeconds(1)).until(() -> !next.isDone());
    clock.jump(Duration.ofMinutes(5));

    await().atMost(LONG).until(next::isDone);
  }

  @Test
  void whoCameBackFromTheDeadAndDiesIsFoundToo() throws Exception {
    JdbcLedger one = home.open();
    home.reap();
    done(claim(one, "a").sent());
    one.close();

    JdbcLedger two =
        ledger(
            home.url(),
            "two",
            Clock.systemUTC(),
            Quota.ofConcurrency(5),
            new Owners.Pace(Duration.ofMillis(100), Duration.ofSeconds(1)));
    CompletableFuture<Admission> asked = ask(two, "a");

    await().atMost(LONG).until(asked::isDone);
    assertThatThrownBy(asked::join).hasCauseInstanceOf(OutcomeUnknownException.class);
  }

  private Path folder(String name) {
    return home.folder().resolve(name);
  }

  private JdbcLedger ledger(String url, String kept) {
    return ledger(url, kept, Clock.systemUTC(), Quota.ofConcurrency(5));
  }

  private JdbcLedger ledger(String url, String kept, Clock clock, Quota quota) {
    return ledger(
        url, kept, clock, quota, new Owners.Pace(Duration.ofMillis(100), Duration.ofSeconds(30)));
  }

  private JdbcLedger ledger(String url, String kept, Clock clock, Quota quota, Owners.Pace pace) {
    JdbcLedger ledger =
        new JdbcLedger(
            Database.of(url, clock),
            folder(kept),
            quota,
            Budget.NONE,
            Duration.ofSeconds(30),
            pace,
            new java.security.SecureRandom()::nextLong);
    ledger.start();
    open.add(ledger);
    return ledger;
  }

  private CompletableFuture<Void> settle(Claim claim) {
    return CompletableFuture.supplyAsync(
            () -> claim.settle(new Settlement.Done(home.result("x".repeat(8192)))))
        .thenCompose(stage -> stage);
  }

  private static CompletableFuture<Admission> ask(Ledger ledger, String key) {
    return ledger.claim(JdbcLedgerTest.wish(key, "print")).toCompletableFuture();
  }

  private static OutcomeUnknownException unknown() {
    CvError error = new CvError(null, 0, null, "answer", false, Billed.MAYBE, null, "");
    return new OutcomeUnknownException("cut", error, null);
  }

  /** A wall clock that somebody sets. */
  private static final class JumpingClock extends Clock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    void jump(Duration by) {
      ahead.updateAndGet(by::plus);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
