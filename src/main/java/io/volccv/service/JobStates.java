package io.volccv.service;

import java.util.Optional;

/** Who knows how far a job has come that has left the queue: the ledger. */
@FunctionalInterface
public interface JobStates {

  /** How far a job is, as a client is told. */
  enum State {
    /** It waits for its call. */
    QUEUED,
    /** A call was made for it, and it has not ended. */
    RUNNING,
    /** Nobody knows whether it was made and paid; an operator decides. */
    UNKNOWN
  }

  /**
   * The state of a job that has not ended.
   *
   * @return empty when nothing is known of it
   */
  Optional<State> of(String jobKey);
}
