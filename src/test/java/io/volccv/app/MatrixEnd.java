package io.volccv.app;

import java.util.List;

/** A place that pictures come from or go to, opened for one run of the app. */
interface MatrixEnd extends AutoCloseable {

  /**
   * The lines of the configuration that say how to reach it. Of keys that several ends have, the
   * values are joined with commas.
   */
  List<String> config();

  @Override
  void close() throws Exception;
}
