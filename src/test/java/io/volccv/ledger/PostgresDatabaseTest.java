package io.volccv.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class PostgresDatabaseTest {

  @AfterAll
  static void stopServer() throws Exception {
    LedgerHome.stopServer();
  }

  /** It knows nothing of a new table, and would choose to read all of it. */
  @Test
  void aServerThatHasNotLookedAtTheTableYetUsesItsIndexes() throws Exception {
    try (LedgerHome home = LedgerHome.of(LedgerHome.Kind.POSTGRESQL);
        Database database = Database.of(home.url(), Clock.systemUTC())) {
      Object[] keys = Collections.nCopies(JobRows.AT_ONCE, new byte[32]).toArray();
      String plan =
          String.join(
              "\n", database.sql().list("EXPLAIN " + JobRows.MANY, row -> row.getString(1), keys));

      assertThat(plan).contains("job_pkey").doesNotContain("Seq Scan");
    }
  }
}
