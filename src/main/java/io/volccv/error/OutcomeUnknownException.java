package io.volccv.error;

import org.jspecify.annotations.Nullable;

/**
 * The whole request left and no whole answer came: it may have been executed and paid. Never repeat
 * it by itself.
 */
public final class OutcomeUnknownException extends CvException {

  private static final long serialVersionUID = 1L;

  public OutcomeUnknownException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
