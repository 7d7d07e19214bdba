package io.volccv.error;

import org.jspecify.annotations.Nullable;

/**
 * The account calls too fast or too much at a time. Nothing was paid; try again after {@link
 * #getRetryAfterMillis()}.
 */
public final class ThrottledException extends CvException {

  private static final long serialVersionUID = 1L;

  public ThrottledException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
