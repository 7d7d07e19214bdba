package io.volccv.bench.calls;

/**
 * Who has which processors while calls are measured. Left alone, the system puts a client and the
 * server on one processor or on two as it comes, and the same short call costs two or three times
 * as much from one moment to the next; and a server that shares the processors of its clients takes
 * most from those that call it most.
 */
final class Processors {

  private static final int COUNT = Runtime.getRuntime().availableProcessors();

  static final String ALL = "0-" + (COUNT - 1);

  /** The first. */
  static final String SERVER = "0";

  /** All others, of which a machine with two has one. */
  static final String CLIENTS = COUNT == 1 ? SERVER : "1-" + (COUNT - 1);

  private Processors() {}

  /** How many the clients have. */
  static int ofClients() {
    return Math.max(1, COUNT - 1);
  }
}
