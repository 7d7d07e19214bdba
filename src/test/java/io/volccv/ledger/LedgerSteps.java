package io.volccv.ledger;

import io.volccv.error.CvException;
import io.volccv.ledger.Budget.Caps;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.CvResult;
import io.volccv.model.Money;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What is done with a ledger, and waited for. */
final class LedgerSteps {

  /** Of a picture. */
  static final Money PRICE = new Money(200);

  private LedgerSteps() {}

  static Budget budget(Caps account, Map<String, Caps> routes) {
    return new Budget(account, routes, Optional.empty(), ZoneOffset.ofHours(8));
  }

  static Caps images(long total) {
    return new Caps(Optional.empty(), Optional.of(total), Optional.empty(), Optional.of(total));
  }

  static Wish wish(String key, String route, int images) {
    return new Wish(
        Optional.of(key),
        "model",
        "f",
        Optional.of(PRICE.times(images)),
        images,
        Optional.ofNullable(route));
  }

  static CompletableFuture<Admission> asked(Ledger ledger, Wish wish) {
    return ledger.claim(wish).toCompletableFuture();
  }

  static Admission ask(Ledger ledger, Wish wish) {
    return joined(ledger.claim(wish));
  }

  static void make(LedgerHome home, Ledger ledger, Wish wish) {
    settle(home, (Claim) ask(ledger, wish), 1);
  }

  static void settle(LedgerHome home, Claim claim, int images) {
    done(claim.sent());
    CvResult one = home.result("x");
    CvResult several =
        new CvResult(
            one.reqKey(),
            one.requestId(),
            Collections.nCopies(images, one.images().get(0)),
            one.fields(),
            one.seed(),
            Optional.of(PRICE.times(images)));
    done(claim.settle(new Settlement.Done(several)));
  }

  static LedgerReport report(LedgerHome home, Budget budget) {
    return LedgerReport.read(home.url(), Quota.ofConcurrency(1), budget);
  }

  static LedgerReport report(LedgerHome home, String account) {
    return LedgerReport.read(home.url(), new Quota(account, 0, 1, 1), Budget.NONE);
  }

  static <T> T joined(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof CvException typed ? typed : e;
    }
  }

  static void done(CompletionStage<Void> stage) {
    joined(stage);
  }
}
