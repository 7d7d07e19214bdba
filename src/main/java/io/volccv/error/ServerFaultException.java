package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** The service answered that it failed. Only a free call may be repeated. */
public final class ServerFaultException extends CvException {

  private static final long serialVersionUID = 1L;

  public ServerFaultException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
