package io.volccv.ledger;

/** How far a job has come; the number is what stands in the table. */
enum JobState {
  /** One call may be made; not all of it was sent. */
  CLAIMED(1),
  /** All of the request may have left. */
  SENT(2),
  /** It is a task at the service. */
  TASK(3),
  /** The answer has URLs, and the pictures are not ours yet. */
  ANSWERED(4),
  /** The pictures are ours. */
  DONE(5),
  /** All sinks have the pictures. */
  DELIVERED(6),
  /** It failed, and what is known of it says that nothing is left to do. */
  FAILED(7),
  /** Nobody knows whether it was paid; an operator decides. */
  UNKNOWN(8),
  /** It was, or may have been, paid, and the result is gone. */
  LOST(9);

  private final int code;

  JobState(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** Whether something is still to be done about it, by the process or by an operator. */
  boolean isOpen() {
    return this != DELIVERED && this != FAILED;
  }

  static JobState of(int code) {
    return values()[code - 1];
  }
}
