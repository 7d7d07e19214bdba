package io.volccv.error;

import org.jspecify.annotations.Nullable;

/** The next call may cost more than the budget still allows. Nothing was sent. */
public final class BudgetExceededException extends CvException {

  private static final long serialVersionUID = 1L;

  public BudgetExceededException(String message, CvError error, @Nullable Throwable cause) {
    super(message, error, cause);
  }
}
