package io.volccv.ledger;

/**
 * What the vendor grants an account.
 *
 * @param account what it is called in the ledger; ledgers that are shared tell accounts apart by it
 * @param rate calls that cost, per second; 0 finds it out
 * @param concurrency calls and tasks at a time; 0 finds it out
 * @param maxWaiting how many may wait in this process
 */
public record Quota(String account, double rate, int concurrency, int maxWaiting) {

  public Quota {
    if (account.isBlank()) {
      throw new IllegalArgumentException("quota.account: it is empty; write any name");
    }
    if (!(rate >= 0 && rate <= 10_000)) {
      throw new IllegalArgumentException(
          "quota.rate: " + rate + " is no rate; write calls per second, up to 10000");
    }
    if (concurrency < 0 || concurrency > 100_000) {
      throw new IllegalArgumentException(
          "quota.concurrency: " + concurrency + " is no number of calls; write 1 to 100000");
    }
    if (maxWaiting <= 0) {
      throw new IllegalArgumentException(
          "quota.maxWaiting: " + maxWaiting + " is not positive; write a number above 0");
    }
  }

  /** The quota of an account that grants {@code concurrency} calls at a time, at any rate. */
  public static Quota ofConcurrency(int concurrency) {
    return new Quota("main", 0, concurrency, 1000);
  }
}
