package io.volccv.ledger;

import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rows of jobs by their keys, within one transaction: each is read once until it is written,
 * and many with one statement, since each round trip counts.
 */
final class JobRows {

  static final int AT_ONCE = 16;
  private static final String ONE = "SELECT " + JobRow.COLUMNS + " FROM job WHERE key = ?";
  static final String MANY =
      "SELECT "
          + JobRow.COLUMNS
          + " FROM job WHERE key IN ("
          + String.join(", ", Collections.nCopies(AT_ONCE, "?"))
          + ")";

  private final Sql sql;

  /** Those that were read and not written since; null stands for none. */
  private final Map<ByteBuffer, @Nullable JobRow> known = new HashMap<>();

  JobRows(Sql sql) {
    this.sql = sql;
  }

  @Nullable JobRow find(byte[] key) throws SQLException {
    ByteBuffer name = ByteBuffer.wrap(key);
    if (!known.containsKey(name)) {
      known.put(name, sql.find(ONE, JobRow::read, key).orElse(null));
    }
    return known.get(name);
  }

  /** Reads together what {@link #find} is going to be asked for. */
  void foresee(Collection<byte[]> keys) throws SQLException {
    List<byte[]> unknown =
        keys.stream().filter(key -> !known.containsKey(ByteBuffer.wrap(key))).toList();
    for (int from = 0; from < unknown.size(); from += AT_ONCE) {
      List<byte[]> some = unknown.subList(from, Math.min(unknown.size(), from + AT_ONCE));
      if (some.size() == 1) {
        find(some.get(0));
      } else {
        read(some);
      }
    }
  }

  /** One statement for any number of keys: the last is named as often as places are left. */
  private void read(List<byte[]> keys) throws SQLException {
    Object[] values = new Object[AT_ONCE];
    for (int i = 0; i < AT_ONCE; i++) {
      values[i] = keys.get(Math.min(i, keys.size() - 1));
    }
    keys.forEach(key -> known.put(ByteBuffer.wrap(key), null));
    for (JobRow row : sql.list(MANY, JobRow::read, values)) {
      known.put(ByteBuffer.wrap(row.key()), row);
    }
  }

  /** It is about to be written. */
  void forget(byte[] key) {
    known.remove(ByteBuffer.wrap(key));
  }

  /** Any of them are about to be written. */
  void forgetAll() {
    known.clear();
  }
}
