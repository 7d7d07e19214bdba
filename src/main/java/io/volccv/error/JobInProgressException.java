package io.volccv.error;

import org.jspecify.annotations.Nullable;

/**
 * Another process works on the same job, or holds its pictures, or they are being delivered for
 * somebody else who asked. Nothing was sent and nothing is wrong with the input: whoever asks again
 * later gets the result.
 */
public final class JobInProgressException extends CvException {

  private static final long serialVersionUID = 1L;

  public JobInProgressException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
