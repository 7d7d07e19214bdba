package io.volccv.component;

/**
 * The path of the URI: what the endpoint calls. Lower case, since it is what a route author writes.
 */
public enum Operation {
  /** What suits the model; what routes normally use. */
  generate,
  /** Exactly {@code CVProcess}. */
  process
}
