package io.volccv.bench.client;

import io.volccv.ledger.Budget;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Quota;
import java.time.Duration;

/** {@code volccv:process} in a Camel route, with the durable ledger that the app ships with. */
public final class VolcCvSqliteClient extends VolcCvClient {

  public VolcCvSqliteClient(Target target) throws Exception {
    super(target, ledger(target), true);
  }

  private static JdbcLedger ledger(Target target) {
    return new JdbcLedger(
        "jdbc:sqlite:" + target.folder().resolve("ledger.db"),
        target.folder().resolve("kept"),
        Quota.ofConcurrency(target.concurrency()),
        Budget.NONE,
        Duration.ofMinutes(2));
  }
}
