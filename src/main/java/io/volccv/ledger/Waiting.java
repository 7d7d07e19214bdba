package io.volccv.ledger;

import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Wish;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Somebody who wants to make a call. Used on the ledger's thread. */
final class Waiting {

  /** So long at most it is waited for what calls under way may give back to the budget. */
  private static final long BUDGET_NANOS = TimeUnit.SECONDS.toNanos(150);

  final ByteBuffer key;
  final Wish wish;
  final long arrived = System.nanoTime();

  /** The same by the ledger's clock, in microseconds; 0 until it was first looked at. */
  long since;

  final CompletableFuture<Admission> admission = new CompletableFuture<>();
  boolean wantsPermit;

  /** Since when what others have reserved is in its way; 0 when it is not. */
  long shortSince;

  long lookAt;
  @Nullable Runnable decision;

  Waiting(ByteBuffer key, Wish wish) {
    this.key = key;
    this.wish = wish;
  }

  byte[] jobKey() {
    return key.array();
  }

  boolean wantsLook(long nanos) {
    return decision == null && !wantsPermit && nanos - lookAt >= 0;
  }

  boolean isInLine() {
    return decision == null && wantsPermit && shortSince == 0;
  }

  /** What others have reserved is in its way, and not for long yet. */
  boolean maySpare(long nanos) {
    shortSince = shortSince == 0 ? nanos : shortSince;
    return nanos - shortSince < BUDGET_NANOS;
  }
}
