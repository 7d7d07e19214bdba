package io.volccv.sandbox;

/** A call that is answered with an error and not billed. */
final class Refusal extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ApiError error;

  Refusal(ApiError error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  /** The business error of this code, with a reason in place of the table's message. */
  static Refusal of(int code, String reason) {
    return new Refusal(ErrorTable.business(code).because(reason));
  }

  ApiError error() {
    return error;
  }
}
