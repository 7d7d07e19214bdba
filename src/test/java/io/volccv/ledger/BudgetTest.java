package io.volccv.ledger;

import static io.volccv.ledger.LedgerSteps.PRICE;
import static io.volccv.ledger.LedgerSteps.ask;
import static io.volccv.ledger.LedgerSteps.asked;
import static io.volccv.ledger.LedgerSteps.budget;
import static io.volccv.ledger.LedgerSteps.done;
import static io.volccv.ledger.LedgerSteps.images;
import static io.volccv.ledger.LedgerSteps.make;
import static io.volccv.ledger.LedgerSteps.report;
import static io.volccv.ledger.LedgerSteps.settle;
import static io.volccv.ledger.LedgerSteps.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.volccv.CapturedLog;
import io.volccv.error.BudgetExceededException;
import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.ledger.Budget.Caps;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.ledger.LedgerReport.Spend;
import io.volccv.model.CvResult;
import io.volccv.model.Money;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What may be spent, for the account and for routes, by day and in all, on both databases. */
final class BudgetTest {

  @RegisterExtension static final LedgerHomes homes = new LedgerHomes();
  private final CapturedLog log = new CapturedLog("io.volccv.ledger", Level.WARN);

  @AfterEach
  void close() {
    log.close();
  }

  @ParameterizedTest
  @EnumSource
  void aRouteHasABudgetOfItsOwnWithinThatOfTheAccount(LedgerHome.Kind kind) throws Exception {
    Budget budget = budget(images(3), Map.of("poor", images(1), "none", images(0)));
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open("kept", 10, budget);
    make(home, ledger, wish("a", "poor", 1));

    assertThatThrownBy(() -> ask(ledger, wish("b", "poor", 1)))
        .isInstanceOf(BudgetExceededException.class)
        .hasMessage(
            "the route poor has used 1 of 1 pictures (total), and this call may bring 1 more; raise"
                + " volccv.budget.route.poor.total.*");
    assertThatThrownBy(() -> ask(ledger, wish("c", "none", 1)))
        .hasMessageContaining("the route none has used 0 of 0 pictures");
    make(home, ledger, wish("d", "rich", 1));
    make(home, ledger, wish("e", null, 1));
    assertThatThrownBy(() -> ask(ledger, wish("f", "rich", 1)))
        .hasMessageContaining("the account has used 3 of 3 pictures");

    LedgerReport report = report(home, budget);
    assertThat(report.total().spentImages()).isEqualTo(3);
    assertThat(report.routes()).extracting("route").containsExactly("none", "poor");
    assertThat(report.routes().get(1).total().spentImages()).isEqualTo(1);
    assertThat(report.routes().get(1).today().spentCny()).isEqualTo(PRICE);
  }

  @ParameterizedTest
  @EnumSource
  void whatARouteSpentOutlivesTheProcessAndTheTimeWithoutABudget(LedgerHome.Kind kind)
      throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger unlimited = home.open("kept", 10, Budget.NONE);
    make(home, unlimited, wish("a", "r", 1));
    unlimited.close();

    JdbcLedger limited = home.open("kept", 10, budget(Caps.NONE, Map.of("r", images(1))));

    assertThatThrownBy(() -> ask(limited, wish("b", "r", 1)))
        .isInstanceOf(BudgetExceededException.class);
    assertThat(log.lines())
        .contains(
            "the route r has used 1 of 1 pictures (day); nothing is called that would cost more of"
                + " it",
            "the route r has used 1 of 1 pictures (total); nothing is called that would cost more"
                + " of it");
  }

  @ParameterizedTest
  @CsvSource({"SQLITE, 0.1", "POSTGRESQL, 0.1"})
  void aBudgetBelowWhatIsSpentIsSaidAtTheStartAndRefusesEverything(
      LedgerHome.Kind kind, java.math.BigDecimal lower) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger before = home.open();
    make(home, before, wish("a", null, 1));
    before.close();
    Optional<Money> cap = Optional.of(Money.ofCny(lower));
    Caps caps = new Caps(cap, Optional.empty(), Optional.empty(), Optional.empty());

    JdbcLedger ledger = home.open("kept", 10, budget(caps, Map.of()));

    assertThat(log.lines())
        .contains(
            "the account has used 0.200 CNY of 0.100 CNY (day); nothing is called that would cost"
                + " more of it");
    assertThatThrownBy(() -> ask(ledger, wish("b", null, 1)))
        .hasMessageStartingWith(
            "the account has used 0.200 CNY of 0.100 CNY (day), and this call may cost 0.200 CNY");
  }

  /** At their worst case two fit; when they turn out to be one picture each, more do. */
  @ParameterizedTest
  @EnumSource
  void whatCallsUnderWayMayGiveBackIsWaitedFor(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open("kept", 10, budget(images(9), Map.of()));
    Claim one = (Claim) ask(ledger, wish("one", null, 4));
    Claim two = (Claim) ask(ledger, wish("two", null, 4));
    CompletableFuture<Admission> dear = asked(ledger, wish("dear", null, 4));
    CompletableFuture<Admission> same = asked(ledger, wish("same", null, 4));
    CompletableFuture<Admission> never = asked(ledger, wish("never", null, 10));
    await().until(never::isCompletedExceptionally);
    assertThat(dear).isNotDone();

    settle(home, one, 1);

    await().until(dear::isDone);
    assertThat(same).isNotDone();
    settle(home, two, 1);
    settle(home, (Claim) dear.join(), 1);
    await().until(same::isDone);
    CompletableFuture<Admission> last = asked(ledger, wish("last", null, 4));
    CompletableFuture<Admission> cheap = asked(ledger, wish("cheap", null, 1));
    await().until(cheap::isDone);
    assertThat(last).isNotDone();
    settle(home, (Claim) same.join(), 4);
    await().until(last::isCompletedExceptionally);
    assertThat(report(home, Budget.NONE).total().spentImages()).isEqualTo(7);
    assertThat(report(home, Budget.NONE).total().heldImages()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPerhapsPaidIsNotWaitedForAndCounts(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open("kept", 10, budget(images(2), Map.of()));
    Claim unknown = (Claim) ask(ledger, wish("a", null, 1));
    done(unknown.sent());
    done(unknown.settle(new Settlement.Unknown(cut())));
    Claim failed = (Claim) ask(ledger, wish("b", null, 1));
    done(failed.sent());
    done(failed.settle(new Settlement.Failed(invalid())));
    make(home, ledger, wish("c", null, 1));

    assertThatThrownBy(() -> ask(ledger, wish("d", null, 1)))
        .hasMessageContaining("the account has used 2 of 2 pictures (total)");
    Spend total = report(home, Budget.NONE).total();
    assertThat(total.maybeImages()).isEqualTo(1);
    assertThat(total.spentImages()).isEqualTo(1);
    assertThat(total.heldImages()).isZero();
  }

  @Test
  void aNewDayBeginsAtMidnightOfTheZone() throws Exception {
    LedgerHome home = homes.of(LedgerHome.Kind.SQLITE);
    Instant[] now = {Instant.parse("2026-01-31T15:59:59Z")}; // 23:59:59 in Shanghai
    Caps caps = new Caps(Optional.empty(), Optional.of(1L), Optional.empty(), Optional.of(3L));
    Budget budget = budget(caps, Map.of());
    Quota quota = Quota.ofConcurrency(10);
    JdbcLedger ledger = home.open("kept", quota, budget, new FixedClock(now));
    Claim late = (Claim) ask(ledger, wish("a", null, 1));
    now[0] = now[0].plusSeconds(2);
    settle(home, late, 1);

    make(home, ledger, wish("b", null, 1));

    assertThatThrownBy(() -> ask(ledger, wish("c", null, 1)))
        .hasMessageContaining("1 of 1 pictures (day)");
    now[0] = now[0].plus(Duration.ofDays(1));
    make(home, ledger, wish("c", null, 1));
    assertThatThrownBy(() -> ask(ledger, wish("d", null, 1)))
        .hasMessageContaining("3 of 3 pictures (total)");
    try (LedgerView view = LedgerView.open(home.url())) {
      List<String> lines =
          view.ask(
              sql ->
                  sql.list(
                      "SELECT period, spent_n FROM budget ORDER BY period",
                      row -> row.getString(1) + " " + row.getLong(2)));
      assertThat(lines).containsExactly("2026-01-31 1", "2026-02-01 1", "2026-02-02 1", "all 3");
    }
  }

  @Test
  void anUnknownPriceIsSaidAndRefusedOnlyWhereMoneyIsLimited() throws Exception {
    LedgerHome home = homes.of(LedgerHome.Kind.SQLITE);
    JdbcLedger images = home.open("kept", 10, budget(images(5), Map.of()));
    for (String key : List.of("a", "b")) {
      Claim claim = (Claim) ask(images, unpriced(key));
      done(claim.sent());
      CvResult priced = home.result("x");
      done(
          claim.settle(
              new Settlement.Done(
                  new CvResult(
                      priced.reqKey(),
                      priced.requestId(),
                      priced.images(),
                      priced.fields(),
                      priced.seed(),
                      Optional.empty()))));
    }
    images.close();
    assertThat(log.lines())
        .containsOnlyOnce(
            "The price of model is not known: its pictures count in the budget, its cost does not;"
                + " set budget.pricePerCall, or a price in the model data");
    assertThat(report(home, Budget.NONE).total().spentImages()).isEqualTo(2);
    assertThat(report(home, Budget.NONE).total().spentCny()).isEqualTo(Money.ZERO);

    Caps money =
        new Caps(Optional.empty(), Optional.empty(), Optional.of(new Money(500)), Optional.empty());
    JdbcLedger limited = home.open("kept", 10, budget(money, Map.of()));
    assertThatThrownBy(() -> ask(limited, unpriced("c")))
        .isInstanceOf(BudgetExceededException.class)
        .hasMessage(
            "the price of model is not known, and the account has a budget; set"
                + " budget.pricePerCall, or a price in the model data");
    limited.close();

    Budget assumed = new Budget(money, Map.of(), Optional.of(new Money(300)), Budget.VENDOR_ZONE);
    JdbcLedger assuming = home.open("kept", 10, assumed);
    Claim claim = (Claim) ask(assuming, unpriced("d"));
    done(claim.sent());
    done(claim.settle(new Settlement.Unknown(cut())));
    assertThatThrownBy(() -> ask(assuming, unpriced("e")))
        .hasMessageContaining("has used 0.300 CNY of 0.500 CNY");
  }

  @ParameterizedTest
  @EnumSource
  void moreThanExpectedIsBookedAsItIsAndSaid(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open("kept", 10, budget(images(5), Map.of()));

    settle(home, (Claim) ask(ledger, wish("a", null, 1)), 6);

    assertThat(report(home, Budget.NONE).total().spentImages()).isEqualTo(6);
    assertThat(log.lines())
        .anySatisfy(line -> assertThat(line).startsWith("a brought 6 pictures for 1.200 CNY, and"));
    assertThatThrownBy(() -> ask(ledger, wish("b", null, 1)))
        .hasMessageContaining("6 of 5 pictures");
  }

  private static Wish unpriced(String key) {
    return new Wish(Optional.of(key), "model", "f", Optional.empty(), 1);
  }

  private static OutcomeUnknownException cut() {
    CvError error = new CvError(null, 0, null, "answer", false, Billed.MAYBE, null, "");
    return new OutcomeUnknownException("cut", error, null);
  }

  private static InvalidRequestException invalid() {
    CvError error = new CvError("50200", 400, null, "request", false, Billed.NO, null, "");
    return new InvalidRequestException("bad", error, null);
  }

  /** A wall clock that somebody sets. */
  private static final class FixedClock extends Clock {
    private final Instant[] now;

    FixedClock(Instant[] now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now[0];
    }

    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }
}
