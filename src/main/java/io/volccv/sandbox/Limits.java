package io.volccv.sandbox;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The account's quota. The rate is a bucket of one second's calls that refills evenly: calls that
 * are spaced by the rate are never refused, whatever the network does to their spacing.
 */
final class Limits {
  private final LongSupplier nanoTime;
  private @Nullable Double rate;
  private @Nullable Integer concurrency;
  private double tokens;
  private long filledAt;
  private int working;

  Limits(@Nullable Double rate, @Nullable Integer concurrency, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    set(rate, concurrency);
  }

  synchronized void set(@Nullable Double rate, @Nullable Integer concurrency) {
    if (rate != null && !(rate > 0)) {
      throw new IllegalArgumentException(
          "rate is " + rate + "; write calls per second above 0, or null");
    }
    if (concurrency != null && concurrency < 1) {
      throw new IllegalArgumentException(
          "concurrency is " + concurrency + "; write 1 or more, or null");
    }
    this.rate = rate;
    this.concurrency = concurrency;
    tokens = rate == null ? 0 : Math.max(1, rate);
    filledAt = nanoTime.getAsLong();
  }

  /** Counts the call as one that is worked on until {@link #leave()}, or says what forbids it. */
  synchronized Optional<ApiError> enter() {
    if (concurrency != null && working >= concurrency) {
      return Optional.of(ErrorTable.business(50430));
    }
    if (rate != null) {
      long now = nanoTime.getAsLong();
      tokens = Math.min(Math.max(1, rate), tokens + (now - filledAt) / 1e9 * rate);
      filledAt = now;
      if (tokens < 1) {
        return Optional.of(ErrorTable.business(50429));
      }
      tokens--;
    }
    working++;
    return Optional.empty();
  }

  synchronized void leave() {
    working--;
  }
}
