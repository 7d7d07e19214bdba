package io.volccv.sandbox;

import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The account's quota. The rate is a bucket of one second's calls that refills evenly: calls that
 * are spaced by the rate are never refused, whatever the network does to their spacing.
 */
final class Limits {
  /** Result queries per second of an account that pays; page 6791/1359424. */
  static final double QUERY_RATE = 20;

  private final LongSupplier nanoTime;
  private @Nullable Integer concurrency;
  private Bucket calls;
  private Bucket queries;
  private int working;

  Limits(@Nullable Double rate, @Nullable Integer concurrency, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    calls = new Bucket(null);
    queries = new Bucket(null);
    set(rate, concurrency, QUERY_RATE);
  }

  synchronized void set(
      @Nullable Double rate, @Nullable Integer concurrency, @Nullable Double queryRate) {
    check("rate", rate);
    check("queryRate", queryRate);
    if (concurrency != null && concurrency < 1) {
      throw new IllegalArgumentException(
          "concurrency is " + concurrency + "; write 1 or more, or null");
    }
    this.concurrency = concurrency;
    calls = new Bucket(rate);
    queries = new Bucket(queryRate);
  }

  private static void check(String name, @Nullable Double rate) {
    if (rate != null && !(rate > 0)) {
      throw new IllegalArgumentException(
          name + " is " + rate + "; write calls per second above 0, or null");
    }
  }

  /** Says what forbids a free query, which is not counted as worked on. */
  synchronized Optional<ApiError> query() {
    return queries.take() ? Optional.empty() : Optional.of(ErrorTable.business(50429));
  }

  /** Counts a task that an earlier sandbox let in. */
  synchronized Permit adopt() {
    working++;
    return Permit.of(this::leave);
  }

  /**
   * Counts the call, or the task that it begins, as one that is worked on until {@link #leave()},
   * or says what forbids it.
   */
  synchronized Optional<ApiError> enter() {
    if (concurrency != null && working >= concurrency) {
      return Optional.of(ErrorTable.business(50430));
    }
    if (!calls.take()) {
      return Optional.of(ErrorTable.business(50429));
    }
    working++;
    return Optional.empty();
  }

  synchronized void leave() {
    working--;
  }

  /** Calls of one second that refill evenly. */
  private final class Bucket {
    private final @Nullable Double rate;
    private double tokens;
    private long filledAt = nanoTime.getAsLong();

    Bucket(@Nullable Double rate) {
      this.rate = rate;
      tokens = rate == null ? 0 : Math.max(1, rate);
    }

    boolean take() {
      if (rate == null) {
        return true;
      }
      long now = nanoTime.getAsLong();
      tokens = Math.min(Math.max(1, rate), tokens + (now - filledAt) / 1e9 * rate);
      filledAt = now;
      if (tokens < 1) {
        return false;
      }
      tokens--;
      return true;
    }
  }
}
