package io.volccv.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.volccv.ledger.Ledger.Wish;
import io.volccv.ledger.LedgerHome.Kind;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;

/** Rows that are read and written together, on both databases. */
final class JobRowsTest {

  private static final int JOBS = 40;
  private static final Wish WISH =
      new Wish(Optional.of("job"), "model", "print", Optional.empty(), 1, Optional.empty());

  @AfterAll
  static void stopServer() throws Exception {
    LedgerHome.stopServer();
  }

  private interface Work {
    void on(Database database) throws Exception;
  }

  private static void on(Kind kind, Work work) throws Exception {
    try (LedgerHome home = LedgerHome.of(kind);
        Database database = Database.of(home.url(), Clock.systemUTC())) {
      database.begin();
      work.on(database);
      database.rollback();
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsForeseenIsFoundAsItIs(Kind kind) throws Exception {
    on(
        kind,
        database -> {
          Jobs jobs = new Jobs(database.sql(), "main", 1);
          List<byte[]> keys = new ArrayList<>();
          for (int i = 0; i < JOBS; i++) {
            keys.add(key(i));
            if (i % 2 == 0) {
              jobs.claim(key(i), "job " + i, WISH, null, 1000 + i, 1, 0, "2026-01-31");
            }
          }
          jobs.store();

          jobs.foresee(keys);

          for (int i = 0; i < JOBS; i++) {
            Long token = Optional.ofNullable(jobs.find(key(i))).map(JobRow::token).orElse(null);
            assertThat(token).as("job %d", i).isEqualTo(i % 2 == 0 ? 1000L + i : null);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void whatWasWrittenIsReadAnew(Kind kind) throws Exception {
    on(
        kind,
        database -> {
          Jobs jobs = new Jobs(database.sql(), "main", 1);
          assertThat(jobs.find(key(1))).isNull();
          jobs.claim(key(1), "job", WISH, null, 7, 1, 0, "2026-01-31");
          jobs.store();
          assertThat(jobs.find(key(1)).state()).isEqualTo(JobState.CLAIMED);

          assertThat(jobs.sent(key(1), 7)).isTrue();

          assertThat(jobs.find(key(1)).state()).isEqualTo(JobState.SENT);
        });
  }

  /** By its code it is decided whether to wait for better times. */
  @ParameterizedTest
  @EnumSource
  void aBatchFailsAsItsStatementDoes(Kind kind) throws Exception {
    on(
        kind,
        database -> {
          String insert = "INSERT INTO meta VALUES (?, ?)";
          List<Object[]> twice =
              List.of(new Object[] {"test.twice", "1"}, new Object[] {"test.twice", "2"});

          SQLException failure =
              catchThrowableOfType(SQLException.class, () -> database.sql().batch(insert, twice));

          int unique = kind == Kind.SQLITE ? SQLiteErrorCode.SQLITE_CONSTRAINT.code : 0;
          assertThat(failure.getErrorCode()).isEqualTo(unique);
          assertThat(failure.getSQLState()).isEqualTo(kind == Kind.SQLITE ? null : "23505");
        });
  }

  private static byte[] key(int i) {
    return ("key " + i).getBytes(UTF_8);
  }
}
