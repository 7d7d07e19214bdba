package io.volccv.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.ledger.JobReleases.Standing;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Duplicate;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.CvTask;
import io.volccv.model.Money;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an operator reads of a ledger and tells it, beside a process that works with it. */
final class OperatorTest {

  private static final Quota QUOTA = new Quota("main", 0, 10, 1000);

  @RegisterExtension static final LedgerHomes homes = new LedgerHomes();

  @ParameterizedTest
  @EnumSource
  void theReportCountsWhatIsThere(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    sent(ledger, "sent");
    done(sent(ledger, "unknown").settle(new Settlement.Unknown(unknown())));
    done(sent(ledger, "failed").settle(new Settlement.Failed(invalid())));
    done(sent(ledger, "done").settle(new Settlement.Done(home.result("kept"))));
    done(sent(ledger, "delivered").settle(new Settlement.Done(home.result("gone"))));
    done(ledger.delivered("delivered"));

    LedgerReport report = LedgerReport.read(home.url(), QUOTA, Budget.NONE);

    assertThat(report.states())
        .containsEntry("SENT", 1L)
        .containsEntry("UNKNOWN", 1L)
        .containsEntry("FAILED", 1L)
        .containsEntry("DONE", 1L)
        .containsEntry("DELIVERED", 1L)
        .containsEntry("CLAIMED", 0L)
        .hasSize(9);
    assertThat(report.total().spentCny()).isEqualTo(new Money(400));
    assertThat(report.total().spentImages()).isEqualTo(2);
    assertThat(report.total().heldCny()).isEqualTo(new Money(220));
    assertThat(report.total().maybeCny()).isEqualTo(new Money(220));
    assertThat(report.today())
        .usingRecursiveComparison()
        .ignoringFields("period")
        .isEqualTo(report.total());
    assertThat(report.quota().calls()).isEqualTo(2);
    assertThat(report.quota().concurrency()).contains(10L);
    assertThat(report.quota().rate()).isEmpty();
    assertThat(report.oldestWaiting()).isZero();
    assertThat(report.unknown()).hasSize(1);
    assertThat(report.unknown().get(0).jobKey()).isEqualTo("unknown");
    assertThat(report.unknown().get(0).reqKey()).isEqualTo("model");
    assertThat(report.unknown().get(0).since())
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  @ParameterizedTest
  @EnumSource
  void theCountersOfTheEndedAgreeWithTheRows(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    for (int i = 0; i < 5; i++) {
      done(sent(ledger, "ok" + i).settle(new Settlement.Done(home.result("x"))));
      done(ledger.delivered("ok" + i));
      done(sent(ledger, "no" + i).settle(new Settlement.Failed(invalid())));
    }
    release(home, "no0", Standing.FAILED);
    release(home, "no1", Standing.FAILED);
    done(sent(ledger, "no1").settle(new Settlement.Done(home.result("late"))));

    assertThat(states(home)).containsEntry("DELIVERED", 5L).containsEntry("FAILED", 4L);
    assertThat(states(home)).isEqualTo(countedRows(home));

    forgetAll(home);
    assertThat(states(home)).containsEntry("DELIVERED", 0L).containsEntry("FAILED", 0L);
    assertThat(states(home)).containsEntry("DONE", 1L);
  }

  @ParameterizedTest
  @EnumSource
  void aLedgerWithoutCountersIsCountedOnce(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    done(sent(ledger, "a").settle(new Settlement.Failed(invalid())));
    done(sent(ledger, "b").settle(new Settlement.Failed(invalid())));
    change(home, "DELETE FROM meta WHERE name = 'jobs.FAILED'");

    done(sent(ledger, "c").settle(new Settlement.Failed(invalid())));

    assertThat(states(home)).containsEntry("FAILED", 3L);
  }

  @ParameterizedTest
  @EnumSource
  void whoWaitsLongestIsTold(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    home.open();
    long ago = System.currentTimeMillis() * 1000 - TimeUnit.SECONDS.toMicros(90);
    change(home, "UPDATE owner SET waiting_us = " + ago);

    assertThat(LedgerReport.read(home.url(), QUOTA, Budget.NONE).oldestWaiting())
        .isBetween(Duration.ofSeconds(89), Duration.ofSeconds(150));
  }

  @Test
  void aMissingLedgerIsNotMade(@TempDir Path folder) {
    Path file = folder.resolve("data/ledger.db");

    assertThatThrownBy(() -> LedgerReport.read("jdbc:sqlite:" + file, QUOTA, Budget.NONE))
        .isInstanceOf(LedgerUnusableException.class)
        .hasMessageContaining("there is none yet");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void theReportOfAnEmptyDatabaseSaysThatThereIsNoLedger() throws Exception {
    String url = homes.of(LedgerHome.Kind.POSTGRESQL).url();

    assertThatThrownBy(() -> LedgerReport.read(url, QUOTA, Budget.NONE))
        .isInstanceOf(LedgerUnusableException.class)
        .hasMessageContaining("there is none yet");
  }

  @Test
  void aFileThatIsNoLedgerIsLeftAlone(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("notes.txt"), "notes ".repeat(1000));

    assertThatThrownBy(() -> LedgerReport.read("jdbc:sqlite:" + file, QUOTA, Budget.NONE))
        .isInstanceOf(LedgerUnusableException.class);
    assertThat(folder).isDirectoryContaining(path -> path.equals(file));
    assertThat(file).hasContent("notes ".repeat(1000));
  }

  @Test
  void theReportDoesNotWaitForAWriter() throws Exception {
    LedgerHome home = homes.of(LedgerHome.Kind.SQLITE);
    done(sent(home.open(), "a").settle(new Settlement.Failed(invalid())));
    try (Database writer = Database.of(home.url(), Clock.systemUTC())) {
      writer.begin();
      long before = System.nanoTime();

      assertThat(states(home)).containsEntry("FAILED", 1L);

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
      writer.rollback();
    }
  }

  /** What a killed process leaves: its last commits are in the log alone. */
  @Test
  void theReportReadsWhatAKilledProcessLeft(@TempDir Path folder) throws Exception {
    LedgerHome home = homes.of(LedgerHome.Kind.SQLITE);
    done(sent(home.open(), "a").settle(new Settlement.Unknown(unknown())));
    for (String name : List.of("ledger.db", "ledger.db-wal")) {
      Files.copy(home.folder().resolve(name), folder.resolve(name));
    }
    String left = "jdbc:sqlite:" + folder.resolve("ledger.db");

    assertThat(LedgerReport.read(left, QUOTA, Budget.NONE).unknown()).hasSize(1);
    assertThat(LedgerReport.read(left, QUOTA, Budget.NONE).unknown()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void aFinalFailureIsTriedAgainOnceItIsReleased(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    done(sent(ledger, "a").settle(new Settlement.Failed(invalid())));
    assertThatThrownBy(() -> ask(ledger, "a")).isInstanceOf(InvalidRequestException.class);

    assertThat(release(home, "a", Standing.FAILED)).isTrue();

    done(sent(ledger, "a").settle(new Settlement.Failed(invalid())));
    assertThatThrownBy(() -> ask(ledger, "a")).isInstanceOf(InvalidRequestException.class);
  }

  @ParameterizedTest
  @EnumSource
  void theUnknownIsSentAgainOnceAndStaysPerhapsPaid(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    done(sent(ledger, "a").settle(new Settlement.Unknown(unknown())));

    assertThat(release(home, "a", Standing.UNKNOWN)).isTrue();

    assertThat(standing(home, "a")).isEqualTo(Standing.FAILED);
    assertThat(note(home)).contains("\"released\":{\"by\":\"ann\",\"at\":\"20");
    Claim again = sent(ledger, "a");
    assertThat(total(home).maybeCny()).isEqualTo(new Money(220));
    done(again.settle(new Settlement.Unknown(unknown())));
    assertThatThrownBy(() -> ask(ledger, "a")).isInstanceOf(OutcomeUnknownException.class);
    assertThat(total(home).maybeCny()).isEqualTo(new Money(440));
  }

  @ParameterizedTest
  @EnumSource
  void aReleaseHoldsUntilSomethingIsSent(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    done(sent(ledger, "a").settle(new Settlement.Unknown(unknown())));
    release(home, "a", Standing.UNKNOWN);
    Claim cut = (Claim) ask(ledger, "a");
    done(cut.settle(new Settlement.NotSent(Refusals.unavailable(null))));

    done(sent(ledger, "a").settle(new Settlement.Done(home.result("again"))));

    assertThat(total(home).spentCny()).isEqualTo(new Money(200));
    assertThat(total(home).maybeCny()).isEqualTo(new Money(220));
    assertThat(total(home).heldCny()).isEqualTo(Money.ZERO);
  }

  @ParameterizedTest
  @EnumSource
  void whatStandsOtherwiseByNowIsNotReleased(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim late = sent(ledger, "a");
    done(late.settle(new Settlement.Unknown(unknown())));
    assertThat(standing(home, "a")).isEqualTo(Standing.UNKNOWN);
    done(late.settle(new Settlement.Done(home.result("late truth"))));

    assertThat(release(home, "a", Standing.UNKNOWN)).isFalse();
    assertThat(release(home, "none", Standing.UNKNOWN)).isFalse();

    assertThat(standing(home, "a")).isEqualTo(Standing.DONE);
    done(ledger.delivered("a"));
    assertThat(standing(home, "a")).isEqualTo(Standing.DELIVERED);
    assertThat(ask(ledger, "a")).isInstanceOf(Duplicate.class);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsUnderWayIsToldFromWhatWasAbandoned(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    sent(ledger, "sent");
    done(sent(ledger, "task").task(task()));
    assertThat(standing(home, "none")).isEqualTo(Standing.NONE);
    assertThat(standing(home, "sent")).isEqualTo(Standing.UNDER_WAY);
    assertThat(standing(home, "task")).isEqualTo(Standing.UNDER_WAY);

    ledger.close();

    assertThat(standing(home, "sent")).isEqualTo(Standing.ABANDONED);
    assertThat(standing(home, "task")).isEqualTo(Standing.RESUMES);
    assertThat(release(home, "sent", Standing.ABANDONED)).isFalse();
  }

  private static boolean release(LedgerHome home, String key, Standing seen) {
    try (JobReleases releases = JobReleases.open(home.url())) {
      return releases.release(key, seen, "ann");
    }
  }

  private static Standing standing(LedgerHome home, String key) {
    try (JobReleases releases = JobReleases.open(home.url())) {
      return releases.standing(key);
    }
  }

  private static java.util.Map<String, Long> states(LedgerHome home) {
    return LedgerReport.read(home.url(), QUOTA, Budget.NONE).states();
  }

  private static LedgerReport.Spend total(LedgerHome home) {
    return LedgerReport.read(home.url(), QUOTA, Budget.NONE).total();
  }

  private static java.util.Map<String, Long> countedRows(LedgerHome home) {
    try (LedgerView view = LedgerView.open(home.url())) {
      java.util.Map<String, Long> counted = new java.util.LinkedHashMap<>();
      for (JobState state : JobState.values()) {
        counted.put(
            state.name(),
            view.ask(sql -> sql.number("SELECT count(*) FROM job WHERE state = ?", state.code())));
      }
      return counted;
    }
  }

  private static String note(LedgerHome home) {
    try (LedgerView view = LedgerView.open(home.url())) {
      return view.ask(sql -> sql.find("SELECT detail FROM job", row -> row.getString(1)))
          .orElseThrow();
    }
  }

  private static void change(LedgerHome home, String statement) throws Exception {
    try (Database database = Database.of(home.url(), Clock.systemUTC())) {
      database.begin();
      assertThat(database.sql().update(statement)).isPositive();
      database.commit();
    }
  }

  private static void forgetAll(LedgerHome home) throws Exception {
    try (Database database = Database.of(home.url(), Clock.systemUTC())) {
      Turn turn = Turn.begin(database, new Account(QUOTA), QUOTA, Budget.NONE);
      assertThat(turn.jobs().forget(Long.MAX_VALUE)).isEqualTo(9);
      turn.store();
      database.commit();
    }
  }

  private static Claim sent(Ledger ledger, String key) throws Exception {
    Claim claim = (Claim) ask(ledger, key);
    done(claim.sent());
    return claim;
  }

  private static Admission ask(Ledger ledger, String key) throws Exception {
    Wish wish = new Wish(Optional.of(key), "model", "f", Optional.of(new Money(220)), 1);
    return joined(ledger.claim(wish));
  }

  private static <T> T joined(CompletionStage<T> stage) throws Exception {
    try {
      return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }

  private static void done(CompletionStage<Void> stage) throws Exception {
    joined(stage);
  }

  private static CvTask task() {
    return new CvTask(
        "model",
        "7492000000000000001",
        CvTask.Pair.NATIVE,
        Optional.empty(),
        Instant.now().plusSeconds(3600));
  }

  private static InvalidRequestException invalid() {
    return new InvalidRequestException(
        "bad", new CvError("50200", 400, "r-1", "service", false, Billed.NO, null, "mend"), null);
  }

  private static OutcomeUnknownException unknown() {
    return new OutcomeUnknownException(
        "cut", new CvError(null, 0, null, "reply", false, Billed.MAYBE, null, "look"), null);
  }
}
