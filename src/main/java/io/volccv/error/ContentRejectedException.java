package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** Moderation refused an input; {@link #getStage()} says which. Nothing was paid. */
public final class ContentRejectedException extends CvException {

  private static final long serialVersionUID = 1L;

  public ContentRejectedException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
