package io.volccv.ledger;

import io.volccv.error.ThrottledException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What an account grants now, and whether one more call may begin: the policy of rate and
 * concurrency, in plain numbers. Used under the account's lock. Times are microseconds since 1970.
 *
 * <p>A figure that is configured is never exceeded. It falls when the service refuses a call as too
 * fast or one too many, and grows back. A figure that is not configured is found out the same way:
 * concurrency from one upwards, the rate from what was sent when the service first refused.
 */
final class Account {

  private static final long SECOND = 1_000_000;

  /** So long at most nothing is called because the service said when to come again. */
  private static final long MOST_PAUSE = 60 * SECOND;

  /**
   * Calls are spaced by a little less than the rate, since the network moves them towards each
   * other.
   */
  private static final double SPACING = 0.99;

  private static final double RATE_CUT = 0.7;
  private static final double RATE_GROWTH = 1.10;

  /** A rate is held for so many calls before a higher one is tried, but within these times. */
  private static final long CALLS_HELD = 10;

  private static final long SHORTEST_HELD = SECOND;
  private static final long LONGEST_HELD = 5 * SECOND;
  private static final double MOST_PATIENCE = 12;

  /** How far the search goes when no figure is configured. */
  private static final long MOST_CONCURRENCY = 64;

  /**
   * What processes on the same account tell each other.
   *
   * @param step microseconds between calls, 0 when nothing is known of a rate
   * @param concurrency how many calls at once
   * @param changed when one of them changed last
   * @param refused whether the service ever refused a call
   * @param next not before this a call may begin
   */
  record Figures(long step, long concurrency, long changed, boolean refused, long next) {}

  private @Nullable Figures loaded;

  /** Configured, by this and the other processes; 0 without a figure. */
  private long leastStep;

  private long mostConcurrency;
  private long step;
  private long concurrency;
  private long changed;
  private boolean refused;
  private long next;
  private long inUse;
  private long latency = SECOND;

  /** After how many usual calls without a refusal one more is tried. */
  private double patience = 1;

  /** Whether nothing was refused since the last time that one more was tried. */
  private boolean held;

  /** When the second began in which calls are counted, so many so far, and so many in the last. */
  private long beganSince;

  private long began;
  private long beganBefore;

  Account(Quota quota) {
    this.leastStep = step(quota);
    this.mostConcurrency = quota.concurrency();
    this.step = leastStep;
    this.concurrency = mostConcurrency == 0 ? 1 : mostConcurrency;
  }

  /** Microseconds from call to call that a configured rate allows; 0 without one. */
  static long step(Quota quota) {
    return quota.rate() == 0 ? 0 : Math.round(SECOND / (quota.rate() * SPACING));
  }

  /** What is configured, the lower figure of all processes; 0 where no process has one. */
  void configured(long step, long concurrency) {
    this.leastStep = step;
    this.mostConcurrency = concurrency;
  }

  /** Takes over what this and other processes on the same account left. */
  void load(Figures left) {
    loaded = left;
    step = Math.max(left.step(), leastStep);
    concurrency =
        mostConcurrency == 0 ? left.concurrency() : Math.min(left.concurrency(), mostConcurrency);
    changed = left.changed();
    refused = left.refused();
    next = left.next();
  }

  /** What is to be left to others; empty when it is what was loaded. */
  Optional<Figures> toStore() {
    Figures now = new Figures(step, concurrency, changed, refused, next);
    return now.equals(loaded) ? Optional.empty() : Optional.of(now);
  }

  void inUse(long calls) {
    this.inUse = calls;
  }

  long inUse() {
    return inUse;
  }

  /** Microseconds between calls, 0 when nothing is known of a rate. */
  long step() {
    return step;
  }

  long concurrency() {
    return concurrency;
  }

  /** Not before this a call may begin. */
  long next() {
    return next;
  }

  boolean mayBegin(long now) {
    // A clock that was set back must not stop all calls for so long.
    if (next > now + Math.max(2 * step, MOST_PAUSE)) {
      next = now;
    }
    return inUse < concurrency && now >= next;
  }

  /**
   * A call that begins late does not delay all that follow, as long as it is late by less than one
   * call: so there is never more than one too many in a second.
   */
  void begin(long now) {
    inUse++;
    if (step > 0) {
      next = (now - next <= step ? next : now) + step;
    }
    if (now - beganSince > SECOND) {
      beganBefore = now - beganSince > 2 * SECOND ? 0 : began;
      beganSince = now;
      began = 0;
    }
    began++;
  }

  /** A call has ended; {@code sent} is 0 when it was not sent. */
  void end(boolean success, long sent, long now) {
    if (success && sent > 0) {
      latency += (Math.max(0, now - sent) - latency) / 8;
      grow(now);
    }
    inUse = Math.max(0, inUse - 1);
  }

  private void grow(long now) {
    long quiet = now - changed;
    long most = mostConcurrency == 0 ? MOST_CONCURRENCY : mostConcurrency;
    boolean slowed = step > Math.max(leastStep, 1);
    if (concurrency < most && inUse >= concurrency) {
      if (quiet >= patience * latency) {
        concurrency++;
        grown(now);
      }
    } else if (slowed
        && quiet >= Math.max(SHORTEST_HELD, Math.min(LONGEST_HELD, CALLS_HELD * step))) {
      step = Math.max(leastStep, Math.round(step / RATE_GROWTH));
      grown(now);
    }
  }

  /** What went well is tried again sooner, what did not later. */
  private void grown(long now) {
    changed = now;
    if (held) {
      patience = Math.max(1, patience / 2);
    }
    held = true;
  }

  /**
   * The service refused a call that was sent at {@code sent}. Only calls sent after the last change
   * count: one hiccup that refuses ten calls is one hiccup. When the service says when to come
   * again, that holds for all calls of the account.
   */
  void refuse(ThrottledException reason, long sent, long now) {
    boolean rate = reason.getStage().equals("rate");
    Long pause = reason.getRetryAfterMillis();
    if (pause != null) {
      long micros = Math.min(MOST_PAUSE, TimeUnit.MILLISECONDS.toMicros(Math.max(0, pause)));
      next = Math.max(next, now + micros);
    }
    if (sent != 0 && sent <= changed && refused) {
      return;
    }
    refused = true;
    changed = now;
    held = false;
    patience = Math.min(MOST_PATIENCE, patience * 2);
    if (!rate) {
      concurrency = Math.max(1, concurrency - 1);
    } else if (step == 0) {
      step = Math.round(SECOND / Math.max(1, Math.max(began, beganBefore) * RATE_CUT));
    } else {
      step = Math.min(60 * SECOND, Math.round(step / RATE_CUT));
    }
    if (rate) {
      next = Math.max(next, now + step);
    }
  }
}
