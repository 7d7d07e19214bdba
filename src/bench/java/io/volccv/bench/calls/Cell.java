package io.volccv.bench.calls;

import io.volccv.bench.Payload;
import java.util.List;

/**
 * What several contenders are measured in, one against the other.
 *
 * @param calls in a turn, at least; see {@link #calls(Contender)}
 * @param rounds without disturbance that are enough
 * @param seconds how long they are tried for at most
 */
record Cell(
    Payload payload, int concurrency, int latencyMillis, int calls, int rounds, int seconds) {

  /** Of calls without large pictures the durable ledger is nearly all: a few show what it costs. */
  int calls(Contender contender) {
    boolean small = payload == Payload.S || payload == Payload.T;
    boolean slow = small && contender == Contender.VOLCCV_SQLITE;
    return slow ? Math.max(2 * concurrency, calls / 20) : calls;
  }

  /** Whether its pictures are so large that a pause before it shows. */
  boolean isHeavy() {
    return payload == Payload.L;
  }

  /** As in {@code -Dbench.cells=M-1-0,...}. */
  String name() {
    return payload + "-" + concurrency + "-" + latencyMillis;
  }

  boolean isWanted() {
    return wanted().isEmpty() || wanted().contains(name());
  }

  /** The names of those to be measured; none for all. */
  static List<String> wanted() {
    String names = System.getProperty("bench.cells", "");
    return names.isEmpty() ? List.of() : List.of(names.split(","));
  }
}
