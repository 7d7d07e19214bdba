package io.volccv.wire;

import java.io.IOException;

/**
 * The bytes are not what they should be; unlike other {@link IOException}s, which are the disk's.
 */
final class MalformedJsonException extends IOException {

  private static final long serialVersionUID = 1L;

  MalformedJsonException(String message) {
    super(message);
  }

  MalformedJsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
