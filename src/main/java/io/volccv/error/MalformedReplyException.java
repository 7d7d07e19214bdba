package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** An answer came that is not the vendor's. What happened to the call is not known. */
public final class MalformedReplyException extends CvException {

  private static final long serialVersionUID = 1L;

  public MalformedReplyException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
