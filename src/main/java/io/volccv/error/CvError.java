package io.volccv.error;

import org.jspecify.annotations.Nullable;

/**
 * The facts of a failure.
 *
 * @param code the vendor's code, null when the answer had none
 * @param httpStatus 0 when there was no answer
 * @param requestId null when the service sent none
 * @param stage which part failed, for example {@code input text} or {@code connect}
 * @param retryable whether the very same request may be sent again
 * @param billed whether it was paid
 * @param retryAfterMillis what a {@code Retry-After} header asked for, null without one
 * @param hint what to try, a sentence or empty
 */
public record CvError(
    @Nullable String code,
    int httpStatus,
    @Nullable String requestId,
    String stage,
    boolean retryable,
    Billed billed,
    @Nullable Long retryAfterMillis,
    String hint) {

  /** A failure on our side, before anything was sent. */
  public static CvError before(String stage, String hint) {
    return new CvError(null, 0, null, stage, false, Billed.NO, null, hint);
  }

  /** Whether a call was paid, as far as it can be known. */
  public enum Billed {
    YES,
    NO,
    MAYBE;

    /**
     * As in the error files and in {@code error-codes.csv}: {@code yes}, {@code no}, {@code maybe}.
     */
    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
