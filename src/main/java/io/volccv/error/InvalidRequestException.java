package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** The request itself is wrong; the same request fails again. Nothing was paid. */
public final class InvalidRequestException extends CvException {

  private static final long serialVersionUID = 1L;

  public InvalidRequestException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
