package io.volccv.ledger;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How many jobs have ended, DELIVERED and FAILED, as two counters in {@code meta} that change in
 * the transaction in which the jobs do.
 *
 * <p>Counting the rows instead takes seconds when there are millions of them, and a long read keeps
 * SQLite's log from being cut. Jobs that have not ended are few, and are counted by their index.
 */
final class Ended {

  static final List<JobState> STATES = List.of(JobState.DELIVERED, JobState.FAILED);

  private static final String COUNTER = "jobs.";

  private final Map<JobState, Long> changes = new EnumMap<>(JobState.class);

  /** The counter's name in {@code meta}. */
  static String counter(JobState state) {
    return COUNTER + state.name();
  }

  /** What {@link LedgerReport} reads of a state: the number of one, or the name of a counter. */
  static JobState state(String text) {
    return text.startsWith(COUNTER)
        ? JobState.valueOf(text.substring(COUNTER.length()))
        : JobState.of(Integer.parseInt(text));
  }

  /**
   * So many rows have come to {@code state}, or left it when negative.
   *
   * @return whether it was one
   */
  boolean add(JobState state, int rows) {
    if (!state.isOpen() && rows != 0) {
      changes.merge(state, (long) rows, Long::sum);
    }
    return rows == 1;
  }

  /** Always in the same order, so that two transactions never wait for each other. */
  void store(Sql sql) throws SQLException {
    for (JobState state : STATES) {
      long change = changes.getOrDefault(state, 0L);
      if (change != 0 && add(sql, counter(state), change) == 0) {
        begin(sql, state, change);
      }
    }
    changes.clear();
  }

  private static int add(Sql sql, String counter, long change) throws SQLException {
    return sql.update(
        "UPDATE meta SET value = CAST(CAST(value AS bigint) + ? AS TEXT) WHERE name = ?",
        change,
        counter);
  }

  /**
   * A ledger that has no counter yet is counted, once. When another process does so at the same
   * moment, its count is without what is changed here.
   */
  private static void begin(Sql sql, JobState state, long change) throws SQLException {
    sql.update(
        "INSERT INTO meta SELECT ?, CAST(count(*) AS TEXT) FROM job WHERE open = 0 AND state = ?"
            + " ON CONFLICT (name) DO UPDATE SET value ="
            + " CAST(CAST(meta.value AS bigint) + ? AS TEXT)",
        counter(state),
        state.code(),
        change);
  }
}
