package io.volccv.component;

/**
 * The path of the URI: what the endpoint calls. Lower case, since it is what a route author writes.
 */
public enum Operation {
  /** What suits the model, up to the pictures; what routes normally use. */
  generate,
  /** Exactly {@code CVProcess}. */
  process,
  /** Submits a task and does not wait for it. */
  submit,
  /** Asks once for the result of a task. */
  result,
  /** Cancels a task that is still in the queue. */
  cancel,
  /** Calls nobody: tells the ledger that all sinks, or one, have the pictures of the job. */
  delivered
}
