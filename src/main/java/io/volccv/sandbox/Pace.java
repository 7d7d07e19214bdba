package io.volccv.sandbox;

import java.time.Duration;

/**
 * How a body is written.
 *
 * @param piece bytes at a time
 * @param pause between two pieces
 * @param cutAfter bytes after which the connection ends, or -1
 */
record Pace(int piece, Duration pause, long cutAfter) {
  static final Pace USUAL = new Pace(Integer.MAX_VALUE, Duration.ZERO, -1);

  private static final Duration STEP = Duration.ofMillis(100);

  static Pace cutAfter(long bytes) {
    return new Pace(Integer.MAX_VALUE, Duration.ZERO, bytes);
  }

  /** So that the whole length takes this long. */
  static Pace over(Duration time, long length) {
    long steps = Math.max(1, Math.min(length, time.toNanos() / STEP.toNanos()));
    int piece = (int) Math.max(1, Math.min(Integer.MAX_VALUE, (length + steps - 1) / steps));
    return new Pace(piece, time.dividedBy(steps), -1);
  }

  static Pace bytesPerSecond(long bytes) {
    return bytes >= 10
        ? new Pace((int) Math.min(Integer.MAX_VALUE, bytes / 10), STEP, -1)
        : new Pace(1, Duration.ofMillis(1000 / Math.max(1, bytes)), -1);
  }
}
