package io.volccv.intake;

import io.volccv.error.InvalidRequestException;
import java.util.List;
import java.util.Map;

/**
 * One row of a table, as it was written.
 *
 * @param number as a spreadsheet or an editor shows it: the header is 1
 * @param cells the row again, for the report of rows that are wrong
 * @param values reads the row as the values of a job
 */
record Row(long number, List<String> cells, Values values) {

  /** What a row says, read when it is asked for. */
  @FunctionalInterface
  interface Values {
    /**
     * Its values by the names of the columns.
     *
     * @throws InvalidRequestException says what is wrong with the row, and what to write
     */
    Map<String, Object> read();
  }

  /** About how much memory it takes, in characters. */
  long length() {
    return cells.stream().mapToLong(String::length).sum();
  }
}
