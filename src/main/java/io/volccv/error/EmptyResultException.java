package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** The service says success and sent nothing. It may have been paid. */
public final class EmptyResultException extends CvException {

  private static final long serialVersionUID = 1L;

  public EmptyResultException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
