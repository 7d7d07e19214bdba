package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** The task or its result is no longer there. */
public final class TaskExpiredException extends CvException {

  private static final long serialVersionUID = 1L;

  public TaskExpiredException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
