package io.volccv.ledger;

import static io.volccv.ledger.LedgerSteps.ask;
import static io.volccv.ledger.LedgerSteps.asked;
import static io.volccv.ledger.LedgerSteps.budget;
import static io.volccv.ledger.LedgerSteps.done;
import static io.volccv.ledger.LedgerSteps.images;
import static io.volccv.ledger.LedgerSteps.joined;
import static io.volccv.ledger.LedgerSteps.make;
import static io.volccv.ledger.LedgerSteps.report;
import static io.volccv.ledger.LedgerSteps.settle;
import static io.volccv.ledger.LedgerSteps.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.volccv.CapturedLog;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.model.CvTask;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What accounts and processes that share a ledger have to do with each other. */
final class AccountsTest {

  @RegisterExtension static final LedgerHomes homes = new LedgerHomes();
  private final CapturedLog log = new CapturedLog("io.volccv.ledger", Level.WARN);

  @AfterEach
  void close() {
    log.close();
  }

  @ParameterizedTest
  @EnumSource
  void accountsOnOneLedgerHaveNothingToDoWithEachOther(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    Clock clock = Clock.systemUTC();
    JdbcLedger fast = home.open("fast", new Quota("fast", 0, 2, 100), Budget.NONE, clock);
    JdbcLedger slow =
        home.open("slow", new Quota("slow", 1, 1, 100), budget(images(1), Map.of()), clock);
    assertThat(fast.processes()).isEqualTo(1);
    Claim task = (Claim) ask(slow, wish("task", "r", 1));
    done(task.sent());
    done(
        task.task(
            new CvTask(
                "model",
                "7",
                CvTask.Pair.NATIVE,
                Optional.empty(),
                Instant.parse("2099-01-01T00:00:00Z"))));
    slow.close();
    List<Claim> resumed = Collections.synchronizedList(new ArrayList<>());

    joined(
        fast.recover(
            claim -> {
              resumed.add(claim);
              return CompletableFuture.completedFuture(null);
            }));
    make(home, fast, wish("a", "r", 1));
    make(home, fast, wish("b", "r", 1));

    assertThat(resumed).as("tasks of other credentials").isEmpty();
    assertThat(log.lines()).noneMatch(line -> line.contains("other figures"));
    assertThat(report(home, "fast").total().spentImages()).isEqualTo(2);
    assertThat(report(home, "slow").total().heldImages()).isEqualTo(1);
    JdbcLedger other = home.open("slow", new Quota("other", 0, 2, 100), Budget.NONE, clock);
    assertThat(((Claim) ask(other, wish("task", "r", 1))).progress())
        .isInstanceOf(Progress.Task.class);
  }

  @ParameterizedTest
  @EnumSource
  void ofTwoFiguresForOneAccountTheLowerHoldsAndAWarningSaysSo(LedgerHome.Kind kind)
      throws Exception {
    LedgerHome home = homes.of(kind);
    Clock clock = Clock.systemUTC();
    JdbcLedger wide = home.open("wide", new Quota("main", 0, 5, 100), Budget.NONE, clock);
    JdbcLedger narrow = home.open("narrow", new Quota("main", 0, 1, 100), Budget.NONE, clock);
    String warning = "Another process has other figures for the account main: the lower ones hold";
    await().until(() -> log.lines().contains(warning));

    Claim only = (Claim) ask(wide, wish("a", null, 1));
    CompletableFuture<Admission> waits = asked(wide, wish("b", null, 1));
    await().during(Duration.ofMillis(500)).until(() -> !waits.isDone());
    settle(home, only, 1);
    await().until(waits::isDone);
    settle(home, (Claim) waits.join(), 1);
    assertThat(narrow.processes()).isEqualTo(2);
  }
}
