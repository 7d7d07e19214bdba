package io.volccv.ledger;

import static io.volccv.ledger.LedgerSteps.done;
import static io.volccv.ledger.LedgerSteps.joined;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.JobInProgressException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.UnreachableException;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Duplicate;
import io.volccv.ledger.Ledger.Kept;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.CvTask;
import io.volccv.model.Money;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a row means for whoever asks for the job, on both databases. */
final class JdbcLedgerTest {

  @RegisterExtension static final LedgerHomes homes = new LedgerHomes();

  private JdbcLedger ledger(LedgerHome.Kind kind) throws Exception {
    return homes.of(kind).open();
  }

  @ParameterizedTest
  @EnumSource
  void aDoneJobIsKeptUntilItIsDelivered(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("picture one"))));

    Kept kept = (Kept) ask(ledger, "a");
    assertThat(LedgerHome.text(kept.result())).isEqualTo("picture one");
    assertThat(kept.result().fields()).containsEntry("seed", 7);
    assertThat(home.keptFiles()).hasSize(2);

    done(ledger.delivered("a", "folder"));
    assertThat(((Kept) ask(ledger, "a")).delivered()).containsExactly("folder");
    done(ledger.delivered("a"));
    assertThat(ask(ledger, "a")).isInstanceOf(Duplicate.class);
    assertThat(home.keptFiles()).isEmpty();
  }

  /** Two messages ask for the same job after a crash, and one of them is quicker. */
  @Test
  void whoeverHoldsPicturesThatWereDeliveredMeanwhileIsToAskAgain() throws Exception {
    LedgerHome home = homes.of(LedgerHome.Kind.SQLITE);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("picture one"))));
    Kept slow = (Kept) ask(ledger, "a");
    done(ledger.delivered("a"));

    assertThatThrownBy(() -> LedgerHome.text(slow.result()))
        .isInstanceOf(JobInProgressException.class)
        .hasNoCause();
  }

  @ParameterizedTest
  @EnumSource
  void aDoneJobSurvivesTheProcess(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    Claim claim = claim(home.open(), "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("picture"))));

    JdbcLedger next = home.reopen();

    assertThat(LedgerHome.text(((Kept) ask(next, "a")).result())).isEqualTo("picture");
  }

  @ParameterizedTest
  @EnumSource
  void aKeptResultThatIsDamagedIsLostAndNeverSilent(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("picture"))));
    for (Path file : home.keptFiles()) {
      if (!file.toString().endsWith(".json")) {
        Files.writeString(file, "other");
      }
    }

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> ask(ledger, "a"))
          .isInstanceOf(CvException.class)
          .hasMessageContaining("gone from the spool")
          .extracting(failure -> ((CvException) failure).getBilled())
          .isEqualTo("yes");
    }
  }

  @Test
  void whatIsDeliveredWhileAnotherProcessLooksAtItIsNotLost() throws Exception {
    LedgerHome home = homes.of(LedgerHome.Kind.SQLITE);
    JdbcLedger one = home.open();
    JdbcLedger two = home.openAnother(10);
    for (int i = 0; i < 30; i++) {
      String key = "a" + i;
      Claim claim = claim(one, key);
      done(claim.sent());
      done(claim.settle(new Settlement.Done(home.result("picture"))));

      CompletableFuture<Void> delivered = one.delivered(key).toCompletableFuture();
      while (!delivered.isDone()) {
        assertThat(ask(two, key)).isInstanceOfAny(Kept.class, Duplicate.class);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void twoAtATimeAreOneCall(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    CompletableFuture<Admission> second = asked(ledger, "a");
    done(claim.sent());
    assertThat(second).isNotDone();

    done(claim.settle(new Settlement.Done(home.result("shared"))));

    assertThat(LedgerHome.text(((Kept) second.join()).result())).isEqualTo("shared");
  }

  @ParameterizedTest
  @EnumSource
  void whatWasNotSentIsAsIfItHadNeverBeen(LedgerHome.Kind kind) throws Exception {
    JdbcLedger ledger = ledger(kind);
    done(claim(ledger, "a").settle(new Settlement.NotSent(unreachable())));
    Claim cutBeforeTheLastBlock = claim(ledger, "a");
    done(cutBeforeTheLastBlock.sent());
    done(cutBeforeTheLastBlock.settle(new Settlement.NotSent(unreachable())));

    assertThat(claim(ledger, "a").progress()).isInstanceOf(Progress.None.class);
  }

  @ParameterizedTest
  @EnumSource
  void aFinalFailureIsToldAgainWithoutACall(LedgerHome.Kind kind) throws Exception {
    JdbcLedger ledger = ledger(kind);
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Failed(invalid())));

    assertThatThrownBy(() -> ask(ledger, "a"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(invalid().getMessage())
        .extracting("code", "billed", "requestId")
        .containsExactly("50200", "no", "r-1");
  }

  @ParameterizedTest
  @EnumSource
  void aRefusedPictureMayBeDrawnAnewButNotForEver(LedgerHome.Kind kind) throws Exception {
    JdbcLedger ledger = ledger(kind);
    int attempts = 0;
    try {
      while (attempts < 100) {
        Claim claim = claim(ledger, "a");
        attempts++;
        done(claim.sent());
        done(claim.settle(new Settlement.Failed(refused())));
      }
    } catch (OutputRejectedException e) {
      assertThat(e).hasMessage(refused().getMessage());
    }
    assertThat(attempts).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource
  void theUnknownIsNeverSentAgainByItself(LedgerHome.Kind kind) throws Exception {
    JdbcLedger ledger = ledger(kind);
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Unknown(unknown())));

    assertThatThrownBy(() -> ask(ledger, "a"))
        .isInstanceOf(OutcomeUnknownException.class)
        .extracting("billed")
        .isEqualTo("maybe");
  }

  @ParameterizedTest
  @EnumSource
  void anotherRequestUnderTheSameKeyIsRefused(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    assertThatThrownBy(() -> joined(ledger.claim(wish("a", "other"))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("a was used for another request");

    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("x"))));
    assertThatThrownBy(() -> joined(ledger.claim(wish("a", "other"))))
        .isInstanceOf(InvalidRequestException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskGoesOnWhereItWas(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    Claim claim = claim(home.open(), "a");
    done(claim.sent());
    done(claim.task(task("7492000000000000001")));

    JdbcLedger next = home.reopen();

    Claim again = (Claim) ask(next, "a");
    assertThat(again.progress()).isEqualTo(new Progress.Task(task("7492000000000000001")));
    done(again.settle(new Settlement.Done(home.result("late"))));
    assertThat(LedgerHome.text(((Kept) ask(next, "a")).result())).isEqualTo("late");
  }

  @ParameterizedTest
  @EnumSource
  void whatADeadOwnerLeftIsHandedOverEarliestDeadlineFirst(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger first = home.open();
    for (String key : List.of("late", "early", "middle")) {
      Claim claim = claim(first, key);
      done(claim.sent());
      long hours = Map.of("late", 12L, "early", 1L, "middle", 6L).get(key);
      done(claim.task(task(key, Instant.ofEpochMilli(hours * 3_600_000))));
    }
    List<String> resumed = new ArrayList<>();

    JdbcLedger next = home.reopen();
    joined(
        next.recover(
            claim -> {
              resumed.add(((Progress.Task) claim.progress()).task().taskId());
              return CompletableFuture.completedFuture(null);
            }));

    assertThat(resumed).containsExactly("early", "middle", "late");
    assertThat(asked(next, "early")).isNotDone();
  }

  @ParameterizedTest
  @EnumSource
  void aSentCallOfADeadOwnerIsUnknown(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    Claim claim = claim(home.open(), "a");
    done(claim.sent());

    JdbcLedger next = home.reopen();

    assertThatThrownBy(() -> ask(next, "a"))
        .isInstanceOf(OutcomeUnknownException.class)
        .hasMessageContaining("died");
  }

  @ParameterizedTest
  @EnumSource
  void anUnsentClaimOfADeadOwnerIsFreeButAPoisonousOneIsParked(LedgerHome.Kind kind)
      throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    for (int death = 1; death <= 3; death++) {
      assertThat(claim(ledger, "a").progress()).isInstanceOf(Progress.None.class);
      ledger = home.reopen();
    }

    JdbcLedger last = ledger;
    assertThatThrownBy(() -> ask(last, "a"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("died 3 times");
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatComesAfterAllRepairsTheRow(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.settle(new Settlement.Unknown(unknown())));

    done(claim.settle(new Settlement.Done(home.result("late truth"))));

    assertThat(LedgerHome.text(((Kept) ask(ledger, "a")).result())).isEqualTo("late truth");
  }

  @ParameterizedTest
  @EnumSource
  void neverMoreAtATimeThanGranted(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open(2);
    List<CompletableFuture<Admission>> asked = new ArrayList<>();
    for (String key : List.of("a", "b", "c", "d")) {
      asked.add(asked(ledger, key));
    }
    await().until(() -> asked.get(1).isDone());
    assertThat(asked)
        .extracting(CompletableFuture::isDone)
        .containsExactly(true, true, false, false);

    done(((Claim) asked.get(0).join()).settle(new Settlement.NotSent(unreachable())));

    await().until(() -> asked.get(2).isDone());
    assertThat(asked.get(3)).isNotDone();
  }

  @ParameterizedTest
  @EnumSource
  void twoProcessesShareThePermits(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger one = home.open(1);
    JdbcLedger two = home.openAnother(1);
    Claim claim = claim(one, "a");
    CompletableFuture<Admission> waiting = asked(two, "b");
    CompletableFuture<Admission> same = asked(two, "a");
    done(claim.sent());
    assertThat(waiting).isNotDone();

    done(claim.settle(new Settlement.Done(home.result("made by one"))));

    await().until(waiting::isDone);
    await().until(same::isDone);
    assertThat(LedgerHome.text(((Kept) same.join()).result())).isEqualTo("made by one");
  }

  @ParameterizedTest
  @EnumSource
  void aPausedProcessThatWasTakenForDeadSendsNothing(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger one = home.open();
    Claim claim = claim(one, "a");
    home.reap();

    assertThatThrownBy(() -> done(claim.sent())).isInstanceOf(UnreachableException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskIsFoundByItsId(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim = claim(ledger, "a");
    done(claim.sent());
    done(claim.task(task("42")));
    assertThat(joined(ledger.claimTask("42"))).isEmpty();
    assertThat(joined(ledger.claimTask("43"))).isEmpty();
    done(claim.settle(new Settlement.Parked(inProgress())));

    Admission found = joined(ledger.claimTask("42")).orElseThrow();
    done(((Claim) found).settle(new Settlement.Done(home.result("found"))));

    assertThat(joined(ledger.claimTask("42")).orElseThrow()).isInstanceOf(Kept.class);
  }

  @ParameterizedTest
  @EnumSource
  void withoutAKeyNothingIsKept(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    Claim claim =
        (Claim) joined(ledger.claim(new Wish(Optional.empty(), "model", "", Optional.empty(), 1)));
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("once"))));

    assertThat(home.keptFiles()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyKeyIsRefusedAndALongOneWorks(LedgerHome.Kind kind) throws Exception {
    LedgerHome home = homes.of(kind);
    JdbcLedger ledger = home.open();
    String long1 = "k".repeat(1 << 20);
    assertThatThrownBy(() -> ask(ledger, " "))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("job key is empty");

    Claim claim = claim(ledger, long1);
    done(claim.sent());
    done(claim.settle(new Settlement.Done(home.result("long"))));

    assertThat(ask(ledger, long1)).isInstanceOf(Kept.class);
    assertThat(ask(ledger, long1 + "k")).isInstanceOf(Claim.class);
  }

  static Claim claim(Ledger ledger, String key) {
    return (Claim) ask(ledger, key);
  }

  static Admission ask(Ledger ledger, String key) {
    return joined(ledger.claim(wish(key, "print")));
  }

  private static CompletableFuture<Admission> asked(Ledger ledger, String key) {
    return ledger.claim(wish(key, "print")).toCompletableFuture();
  }

  static Wish wish(String key, String fingerprint) {
    return new Wish(Optional.of(key), "model", fingerprint, Optional.of(new Money(200)), 1);
  }

  private static CvTask task(String id) {
    return task(id, Instant.ofEpochMilli(1_900_000_000_000L));
  }

  private static CvTask task(String id, Instant deadline) {
    return new CvTask("model", id, CvTask.Pair.SYNC2ASYNC, Optional.of("{}"), deadline);
  }

  private static CvError error(String code, Billed billed, boolean retryable) {
    return new CvError(code, 400, "r-1", "stage", retryable, billed, null, "hint");
  }

  private static CvException unreachable() {
    return new UnreachableException("not sent", error(null, Billed.NO, true), null);
  }

  private static CvException invalid() {
    return new InvalidRequestException("wrong width", error("50200", Billed.NO, false), null);
  }

  private static CvException refused() {
    return new OutputRejectedException("refused", error("50511", Billed.NO, false), null);
  }

  private static CvException unknown() {
    return new OutcomeUnknownException("cut", error(null, Billed.MAYBE, false), null);
  }

  private static CvException inProgress() {
    return new JobInProgressException("parked", error(null, Billed.NO, true), null);
  }
}
