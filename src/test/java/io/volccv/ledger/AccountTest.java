package io.volccv.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.ThrottledException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an account grants, falls to and grows back to, in numbers. */
final class AccountTest {

  private static final long SECOND = 1_000_000;
  private static final long BEGIN = 1_700_000_000 * SECOND;

  @Test
  void callsAreSpacedByALittleLessThanTheRate() {
    Account account = new Account(new Quota("main", 5, 100, 1));
    long now = BEGIN;
    int began = 0;
    for (; now < BEGIN + 100 * SECOND; now += 1000) {
      if (account.mayBegin(now)) {
        account.begin(now);
        account.end(true, now, now + 1000);
        began++;
      }
    }

    assertThat(began).isBetween(490, 500);
  }

  @Test
  void whoComesLateDoesNotMakeUpForMoreThanOneCall() {
    Account account = new Account(new Quota("main", 5, 100, 1));
    account.begin(BEGIN);
    long late = BEGIN + 60 * SECOND;
    int began = 0;
    for (long now = late; now < late + SECOND; now += 1000) {
      if (account.mayBegin(now)) {
        account.begin(now);
        began++;
      }
    }

    assertThat(began).isLessThanOrEqualTo(6);
  }

  @Test
  void oneHiccupThatRefusesManyCallsIsOneCut() {
    Account account = new Account(new Quota("main", 10, 8, 1));
    long step = account.step();
    for (int i = 0; i < 10; i++) {
      account.refuse(throttled("rate", null), BEGIN, BEGIN + SECOND + i);
    }
    assertThat(account.step()).isEqualTo(Math.round(step / 0.7));
    assertThat(account.concurrency()).isEqualTo(8);

    for (int i = 0; i < 10; i++) {
      account.refuse(throttled("concurrency", null), BEGIN + 2 * SECOND, BEGIN + 3 * SECOND + i);
    }
    assertThat(account.concurrency()).isEqualTo(7);
  }

  @Test
  void theLastPermitIsNeverTakenAway() {
    Account account = new Account(new Quota("main", 0, 2, 1));
    for (int i = 1; i < 10; i++) {
      account.refuse(throttled("concurrency", null), BEGIN + i * SECOND, BEGIN + i * SECOND + 1);
    }

    assertThat(account.concurrency()).isEqualTo(1);
  }

  @Test
  void itGrowsBackToWhatIsConfiguredAndNoFurther() {
    Account account = new Account(new Quota("main", 10, 3, 1));
    long granted = account.step();
    account.refuse(throttled("rate", null), BEGIN, BEGIN + 1);
    account.refuse(throttled("concurrency", null), BEGIN + 2, BEGIN + 3);
    assertThat(account.step()).isGreaterThan(granted);
    assertThat(account.concurrency()).isEqualTo(2);

    long now = BEGIN;
    for (int i = 0; i < 1000; i++) {
      now += SECOND;
      account.inUse(account.concurrency());
      account.end(true, now - SECOND / 10, now);
      assertThat(account.step()).isGreaterThanOrEqualTo(granted);
      assertThat(account.concurrency()).isLessThanOrEqualTo(3);
    }

    assertThat(account.step()).isEqualTo(granted);
    assertThat(account.concurrency()).isEqualTo(3);
  }

  /** Against a service that lets one second's calls through at once and refills evenly. */
  @Test
  void aRateThatIsNotConfiguredIsFoundOutWithFewRefusals() {
    Account account = new Account(new Quota("main", 0, 0, 32));
    Deque<long[]> running = new ArrayDeque<>();
    double bucket = 20;
    int made = 0;
    int refused = 0;
    int late = 0;
    for (long now = BEGIN; now < BEGIN + 120 * SECOND; now += 1000) {
      double granted = now < BEGIN + 40 * SECOND || now >= BEGIN + 80 * SECOND ? 20 : 10;
      bucket = Math.min(granted, bucket + granted / 1000);
      while (!running.isEmpty() && running.peek()[1] <= now) {
        long[] call = running.remove();
        if (call[2] == 1) {
          account.end(true, call[0], now);
        } else {
          account.refuse(throttled("rate", null), call[0], now);
          account.end(false, call[0], now);
        }
      }
      while (running.size() < 32 && account.mayBegin(now)) {
        account.begin(now);
        boolean lets = bucket >= 1;
        bucket -= lets ? 1 : 0;
        made += lets ? 1 : 0;
        refused += lets ? 0 : 1;
        late += lets && (now - BEGIN) % (40 * SECOND) >= 10 * SECOND ? 1 : 0;
        running.add(new long[] {now, now + 100_000, lets ? 1 : 0});
      }
    }

    assertThat(refused).isLessThan((made + refused) * 2 / 100);
    // Ten seconds after each change all of it is used: 20, 10 and 20 a second for half a minute.
    assertThat(late).isGreaterThan(30 * 50 * 95 / 100);
  }

  @Test
  void whenTheServiceSaysWhenToComeAgainThatHoldsForAllCalls() {
    Account account = new Account(new Quota("main", 0, 10, 1));
    account.refuse(throttled("concurrency", 3_000L), BEGIN, BEGIN);

    assertThat(account.mayBegin(BEGIN + 2_999_000)).isFalse();
    assertThat(account.mayBegin(BEGIN + 3_000_000)).isTrue();
  }

  @Test
  void butNotForLongerThanAMinute() {
    Account account = new Account(new Quota("main", 0, 10, 1));
    account.refuse(throttled("rate", 86_400_000L), BEGIN, BEGIN);

    assertThat(account.mayBegin(BEGIN + 59 * SECOND)).isFalse();
    assertThat(account.mayBegin(BEGIN + 60 * SECOND)).isTrue();
  }

  @Test
  void aRefusalThatIsLateStillSaysWhenToComeAgain() {
    Account account = new Account(new Quota("main", 0, 10, 1));
    account.refuse(throttled("concurrency", null), BEGIN, BEGIN + SECOND);
    account.refuse(throttled("concurrency", 5_000L), BEGIN, BEGIN + SECOND);

    assertThat(account.concurrency()).isEqualTo(9);
    assertThat(account.mayBegin(BEGIN + 5 * SECOND)).isFalse();
  }

  @Test
  void aClockThatWasSetBackStopsNobodyForLong() {
    Account account = new Account(new Quota("main", 5, 10, 1));
    account.begin(BEGIN);

    assertThat(account.mayBegin(BEGIN - 3600 * SECOND)).isTrue();
  }

  private static ThrottledException throttled(String stage, @Nullable Long retryAfterMillis) {
    return new ThrottledException(
        "refused",
        new CvError("50429", 429, null, stage, true, Billed.NO, retryAfterMillis, "wait"),
        null);
  }
}
