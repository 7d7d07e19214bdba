package io.volccv.service;

import java.util.function.LongSupplier;

/** So many per second, and as many at once after a second of rest. */
final class RateLimit {
  private final double perSecond;
  private final LongSupplier nanoTime;
  private double left;
  private long last;

  RateLimit(double perSecond, LongSupplier nanoTime) {
    this.perSecond = perSecond;
    this.nanoTime = nanoTime;
    this.left = Math.max(1, perSecond);
    this.last = nanoTime.getAsLong();
  }

  /** Whether one more may pass. */
  synchronized boolean pass() {
    long now = nanoTime.getAsLong();
    left = Math.min(Math.max(1, perSecond), left + (now - last) / 1e9 * perSecond);
    last = now;
    if (left < 1) {
      return false;
    }
    left--;
    return true;
  }
}
