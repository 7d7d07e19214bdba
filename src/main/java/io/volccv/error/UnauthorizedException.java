package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** The credentials are not accepted, or not for this model. Nothing was paid. */
public final class UnauthorizedException extends CvException {

  private static final long serialVersionUID = 1L;

  public UnauthorizedException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
