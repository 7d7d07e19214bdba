package io.volccv.crash;

/**
 * What the ledger promises for a death.
 *
 * @param row what the dead process leaves; empty for no row
 * @param unknown whether an operator has to decide, for ever
 * @param bills how often the service charges, in the end
 */
record Expected(String row, boolean unknown, int bills) {

  private static final Expected UNPAID = new Expected("SENT", true, 0);
  private static final Expected PAID = new Expected("SENT", true, 1);

  private static Expected goesOn(String row) {
    return new Expected(row, false, 1);
  }

  /** The crash table. */
  static Expected of(Point point, Mode mode, int attempt) {
    String before = attempt == 1 ? "" : "FAILED";
    Expected answered = mode.isTask() ? goesOn("TASK") : PAID;
    return switch (point) {
      case BEFORE_CLAIM, WAITING, CLAIM_UNCOMMITTED -> goesOn(before);
      case CLAIM_COMMITTED, CLAIMED, UPLOADED, SENT_UNCOMMITTED -> goesOn("CLAIMED");
      case SENT_COMMITTED, SENT -> UNPAID;
      case IN_FLIGHT, TASK_GIVEN, TASK_UNCOMMITTED -> PAID;
      case TASK_COMMITTED, POLLING -> goesOn("TASK");
      case ANSWER_GIVEN, ANSWER_UNCOMMITTED -> answered;
      case ANSWER_COMMITTED, FETCHING -> goesOn("ANSWERED");
      case RESULT, KEEPING -> mode.isUrls() ? goesOn("ANSWERED") : answered;
      case RESULT_UNCOMMITTED -> goesOn(mode.isUrls() ? "ANSWERED" : answered.row());
      case RESULT_COMMITTED, SETTLED, WRITTEN, HALF_DELIVERED, SUNK, MARK_UNCOMMITTED ->
          goesOn("DONE");
      case MARK_COMMITTED, MARKED, ACKED -> goesOn("DELIVERED");
      case NONE,
          REAP_UNCOMMITTED,
          REAP_COMMITTED,
          RESUMED,
          FORGETTING_UNCOMMITTED,
          FORGETTING_COMMITTED ->
          throw new IllegalArgumentException(point + " is no point of a first process");
    };
  }

  /** Whether a way comes to this point at all. */
  static boolean isOn(Point point, Mode mode) {
    return switch (point) {
      case TASK_GIVEN, TASK_UNCOMMITTED, TASK_COMMITTED, POLLING -> mode.isTask();
      case ANSWER_GIVEN, ANSWER_UNCOMMITTED, ANSWER_COMMITTED, FETCHING -> mode.isUrls();
      case NONE,
          REAP_UNCOMMITTED,
          REAP_COMMITTED,
          RESUMED,
          FORGETTING_UNCOMMITTED,
          FORGETTING_COMMITTED ->
          false;
      default -> true;
    };
  }
}
