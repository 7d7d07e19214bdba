package io.volccv.intake;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/** A table that cannot be read as it is configured: not this row or that, but all of it. */
final class TableException extends java.io.IOException {
  private static final long serialVersionUID = 1L;

  private final String hint;

  TableException(String what, String hint, @Nullable Exception cause) {
    super(what, cause);
    this.hint = hint;
  }

  /** The same as the error that is put down beside the table. */
  InvalidRequestException asError() {
    return new InvalidRequestException(
        getMessage() + "; " + hint, CvError.before("table", hint), this);
  }
}
