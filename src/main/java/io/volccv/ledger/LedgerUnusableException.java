package io.volccv.ledger;

import org.jspecify.annotations.Nullable;

/**
 * The ledger cannot be trusted or used, so nothing may be paid. The message says which ledger, what
 * is wrong with it, and what to do.
 */
public class LedgerUnusableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String ledger;
  private final String problem;
  private final String remedy;

  /**
   * @param ledger where it is, without credentials
   * @param problem what is wrong
   * @param remedy what to do
   */
  public LedgerUnusableException(
      String ledger, String problem, String remedy, @Nullable Throwable cause) {
    super(ledger + ": " + problem + "; " + remedy, cause);
    this.ledger = ledger;
    this.problem = problem;
    this.remedy = remedy;
  }

  /** Where it is, without credentials. */
  public String ledger() {
    return ledger;
  }

  /** What is wrong. */
  public String problem() {
    return problem;
  }

  /** What to do. */
  public String remedy() {
    return remedy;
  }
}
