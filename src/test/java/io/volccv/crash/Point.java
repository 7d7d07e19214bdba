package io.volccv.crash;

/** Where a process dies: what the ledger promises for each is in {@link Expected}. */
enum Point {
  NONE,
  BEFORE_CLAIM,
  /** In the queue for a permit. */
  WAITING,
  CLAIM_UNCOMMITTED,
  CLAIM_COMMITTED,
  CLAIMED,
  /** All of the request has left but its last block. */
  UPLOADED,
  SENT_UNCOMMITTED,
  SENT_COMMITTED,
  /** The last block may leave. */
  SENT,
  /** The service works on it. */
  IN_FLIGHT,
  /** The answer with the task's id is there. */
  TASK_GIVEN,
  TASK_UNCOMMITTED,
  TASK_COMMITTED,
  POLLING,
  /** The answer with the URLs is there. */
  ANSWER_GIVEN,
  ANSWER_UNCOMMITTED,
  ANSWER_COMMITTED,
  FETCHING,
  /** The pictures are there. */
  RESULT,
  /** The pictures are being kept, and there is no manifest yet. */
  KEEPING,
  /** The manifest has its name, and the row does not know. */
  RESULT_UNCOMMITTED,
  RESULT_COMMITTED,
  SETTLED,
  /** One of two sinks has it, and the ledger does not know. */
  WRITTEN,
  /** One of two sinks has it. */
  HALF_DELIVERED,
  /** All sinks have it. */
  SUNK,
  MARK_UNCOMMITTED,
  MARK_COMMITTED,
  MARKED,
  ACKED,
  /** The next process sees to what the dead one left. */
  REAP_UNCOMMITTED,
  REAP_COMMITTED,
  /** It goes on with a task or an answer. */
  RESUMED,
  /** It forgets what ended long ago. */
  FORGETTING_UNCOMMITTED,
  FORGETTING_COMMITTED;

  /** What the commit makes of the row; empty for points that are no commit of a job. */
  String row() {
    return switch (this) {
      case CLAIM_UNCOMMITTED, CLAIM_COMMITTED -> "CLAIMED";
      case SENT_UNCOMMITTED, SENT_COMMITTED -> "SENT";
      case TASK_UNCOMMITTED, TASK_COMMITTED -> "TASK";
      case ANSWER_UNCOMMITTED, ANSWER_COMMITTED -> "ANSWERED";
      case RESULT_UNCOMMITTED, RESULT_COMMITTED -> "DONE";
      case MARK_UNCOMMITTED, MARK_COMMITTED -> "DELIVERED";
      default -> "";
    };
  }
}
