package io.volccv.crash;

/** Mistakes that a ledger could make; a harness that misses one of them proves nothing. */
enum Control {
  NONE,
  SENT_AFTER_THE_SEND,
  /** It answers first and writes half a second later, as H2 does with its defaults. */
  COMMITS_COME_LATE,
  SETTLED_BEFORE_THE_SPOOL,
  LEDGER_IN_MEMORY,
  UNKNOWN_IS_SENT_AGAIN,
  DELIVERED_BEFORE_THE_SINK,
  /** It pays nothing twice, and is of no use. */
  EVERYTHING_IS_UNKNOWN
}
