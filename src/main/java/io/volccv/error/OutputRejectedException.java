package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** Moderation refused what was drawn. Nothing was paid; another seed may pass. */
public final class OutputRejectedException extends CvException {

  private static final long serialVersionUID = 1L;

  public OutputRejectedException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
