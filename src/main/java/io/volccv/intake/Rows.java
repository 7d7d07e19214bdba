package io.volccv.intake;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a table, one after the other; no more than one is in memory. */
interface Rows extends Closeable {

  /** What the cells of a row are called, for the report of rows that are wrong. */
  List<String> columns();

  /**
   * The next row that is not empty; null after the last one.
   *
   * @throws TableException when the table cannot be read on from here
   */
  @Nullable Row next() throws IOException;
}
