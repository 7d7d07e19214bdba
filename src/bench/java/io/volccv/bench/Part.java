package io.volccv.bench;

import java.util.List;

/** A part of the benchmark that can be run by itself. */
public interface Part {

  /** The name in {@code -Dbench.parts}. */
  String name();

  /**
   * Measures, and prints what is worth a look beside the goals.
   *
   * @return one for each goal that this part looks at
   */
  List<Finding> run(Bench bench) throws Exception;
}
