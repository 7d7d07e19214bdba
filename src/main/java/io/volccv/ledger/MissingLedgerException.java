package io.volccv.ledger;

/** There is no ledger yet: nothing was ever asked for. */
public final class MissingLedgerException extends LedgerUnusableException {

  private static final long serialVersionUID = 1L;

  MissingLedgerException(String ledger) {
    super(ledger, "there is none yet", "the first run makes it; or correct volccv.ledger", null);
  }
}
