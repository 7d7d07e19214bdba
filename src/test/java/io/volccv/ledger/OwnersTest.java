package io.volccv.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.ledger.Ledger.Admission;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class OwnersTest {

  /** No beat comes while a test runs. */
  private static final Owners.Pace STILL =
      new Owners.Pace(Duration.ofHours(1), Duration.ofHours(2));

  @AfterAll
  static void stopServer() throws Exception {
    LedgerHome.stopServer();
  }

  @ParameterizedTest
  @EnumSource
  void whoWaitsSeesANewcomerBeforeTheNextBeat(LedgerHome.Kind kind) throws Exception {
    try (LedgerHome home = LedgerHome.of(kind);
        JdbcLedger first = still(home)) {
      first.start();
      ask(first, "a").join();
      CompletableFuture<Admission> waits = ask(first, "b");
      assertThat(first.processes()).isEqualTo(1);

      home.openAnother(1);

      await().until(() -> first.processes() == 2);
      assertThat(waits).isNotDone();
    }
  }

  private static JdbcLedger still(LedgerHome home) {
    return new JdbcLedger(
        Database.of(home.url(), Clock.systemUTC()),
        home.folder().resolve("first"),
        Quota.ofConcurrency(1),
        Budget.NONE,
        Duration.ofMinutes(2),
        STILL,
        new SecureRandom()::nextLong);
  }

  private static CompletableFuture<Admission> ask(JdbcLedger ledger, String key) {
    return ledger.claim(JdbcLedgerTest.wish(key, "print")).toCompletableFuture();
  }
}
