package io.volccv.error;

import org.jspecify.annotations.Nullable;

/**
 * Provably not executed: nothing was sent, or the connection broke before the last block of the
 * request. Nothing was paid; it may be sent again.
 */
public final class UnreachableException extends CvException {

  private static final long serialVersionUID = 1L;

  public UnreachableException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
