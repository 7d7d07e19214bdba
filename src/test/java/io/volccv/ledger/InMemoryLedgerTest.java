package io.volccv.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.ThrottledException;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Kept;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.CvResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class InMemoryLedgerTest {

  private static final CvResult RESULT =
      new CvResult("model", "1", List.of(), Map.of(), Optional.empty(), Optional.empty());

  @Test
  void neverAdmitsMoreThanItMay() {
    InMemoryLedger ledger = new InMemoryLedger(2, 100);

    List<CompletableFuture<Admission>> claims = claims(ledger, "a", "b", "c", "d");

    assertThat(claims)
        .extracting(CompletableFuture::isDone)
        .containsExactly(true, true, false, false);
    settle(claims.get(0), new Settlement.Done(RESULT));
    assertThat(claims)
        .extracting(CompletableFuture::isDone)
        .containsExactly(true, true, true, false);
  }

  @Test
  void admitsInTheOrderOfArrival() {
    InMemoryLedger ledger = new InMemoryLedger(1, 100);
    List<CompletableFuture<Admission>> claims = claims(ledger, "a", "b", "c", "d", "e");

    for (int i = 0; i < claims.size(); i++) {
      assertThat(claims.get(i)).isDone();
      assertThat(claims.subList(i + 1, claims.size())).noneMatch(CompletableFuture::isDone);
      settle(claims.get(i), new Settlement.Done(RESULT));
    }
  }

  @Test
  void refusesTheOneTooManyThatWaits() {
    InMemoryLedger ledger = new InMemoryLedger(1, 1);

    List<CompletableFuture<Admission>> claims = claims(ledger, "a", "b", "c");

    assertThat(claims.get(2))
        .failsWithin(java.time.Duration.ZERO)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(ThrottledException.class)
        .withMessageContaining("more than 1 calls wait");
  }

  @Test
  void twoWithTheSameKeyAreOneCall() throws Exception {
    InMemoryLedger ledger = new InMemoryLedger(5, 100);

    List<CompletableFuture<Admission>> claims = claims(ledger, "a", "a");
    assertThat(claims.get(1)).isNotDone();
    settle(claims.get(0), new Settlement.Done(RESULT));

    assertThat(claims.get(1).get()).isInstanceOf(Kept.class);
  }

  @Test
  void whoJoinedSharesTheFailureToo() {
    InMemoryLedger ledger = new InMemoryLedger(5, 100);
    InvalidRequestException reason =
        new InvalidRequestException("no", CvError.before("input", ""), null);

    List<CompletableFuture<Admission>> claims = claims(ledger, "a", "a");
    settle(claims.get(0), new Settlement.Failed(reason));

    assertThat(claims.get(1)).isCompletedExceptionally();
    assertThat(claims.get(1).handle((admission, failure) -> failure).join()).isSameAs(reason);
  }

  @Test
  void forgetsASettledKey() {
    InMemoryLedger ledger = new InMemoryLedger(5, 100);
    settle(claims(ledger, "a").get(0), new Settlement.Done(RESULT));

    assertThat(claims(ledger, "a").get(0).join()).isInstanceOf(Claim.class);
  }

  @Test
  void withoutAKeyNobodyIsJoined() {
    InMemoryLedger ledger = new InMemoryLedger(5, 100);
    Wish wish = new Wish(Optional.empty(), "model", "", Optional.empty(), 1);

    assertThat(ledger.claim(wish).toCompletableFuture().join()).isInstanceOf(Claim.class);
    assertThat(ledger.claim(wish).toCompletableFuture().join()).isInstanceOf(Claim.class);
  }

  private static List<CompletableFuture<Admission>> claims(InMemoryLedger ledger, String... keys) {
    List<CompletableFuture<Admission>> claims = new ArrayList<>();
    for (String key : keys) {
      Wish wish = new Wish(Optional.of(key), "model", "", Optional.empty(), 1);
      claims.add(ledger.claim(wish).toCompletableFuture());
    }
    return claims;
  }

  private static void settle(CompletableFuture<Admission> claim, Settlement settlement) {
    ((Claim) claim.join()).settle(settlement).toCompletableFuture().join();
  }
}
