package io.volccv.error;

import org.jspecify.annotations.Nullable;

/**
 * Whatever can go wrong with a call. The subclasses are named by what the caller can do about it;
 * the getters are readable in a route, for example {@code ${exception.code}}.
 *
 * <p>The message says what was asked, what came back and what to try. It never holds a secret, a
 * prompt or a picture.
 */
public abstract sealed class CvException extends RuntimeException
    permits BudgetExceededException,
        ContentRejectedException,
        EmptyResultException,
        InvalidRequestException,
        JobInProgressException,
        MalformedReplyException,
        OutcomeUnknownException,
        OutputRejectedException,
        ServerFaultException,
        TaskExpiredException,
        ThrottledException,
        UnauthorizedException,
        UnreachableException {

  private static final long serialVersionUID = 1L;

  private final transient CvError error;

  CvException(String message, CvError error, @Nullable Throwable cause) {
    super(message, plain(cause));
    this.error = error;
    if (cause instanceof CvException) {
      addSuppressed(cause);
    }
  }

  /**
   * Camel looks for the handler of a root cause first: with another of these exceptions as its
   * cause, a paid call whose picture is gone would be handled as the failed fetch.
   */
  private static @Nullable Throwable plain(@Nullable Throwable cause) {
    Throwable plain = cause;
    while (plain instanceof CvException) {
      plain = plain.getCause();
    }
    return plain;
  }

  /** The vendor's code (a number or a gateway name such as {@code MissingParameter}), or null. */
  public @Nullable String getCode() {
    return error.code();
  }

  /** The HTTP status of the answer, 0 when there was none. */
  public int getHttpStatus() {
    return error.httpStatus();
  }

  /** The service's id of the request, for a ticket with the vendor, or null. */
  public @Nullable String getRequestId() {
    return error.requestId();
  }

  /** Which part failed, for example {@code input text}, {@code request} or {@code connect}. */
  public String getStage() {
    return error.stage();
  }

  /** Whether the very same request may be sent again without the risk of paying twice. */
  public boolean isRetryable() {
    return error.retryable();
  }

  /** Whether the call was paid: {@code yes}, {@code no} or {@code maybe}. */
  public String getBilled() {
    return error.billed().toString();
  }

  /** How long the service asks to wait before the next attempt, in milliseconds, or null. */
  public @Nullable Long getRetryAfterMillis() {
    return error.retryAfterMillis();
  }

  /** What to try, in a sentence; empty when the message says it all. */
  public String getHint() {
    return error.hint();
  }
}
