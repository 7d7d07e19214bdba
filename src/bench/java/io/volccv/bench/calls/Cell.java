package io.volccv.bench.calls;

import io.volccv.bench.Payload;

/**
 * What several contenders are measured in, one against the other.
 *
 * @param calls in a turn, at least; see {@link #calls(Contender)}
 */
record Cell(Payload payload, int concurrency, int latencyMillis, int calls) {

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
}
