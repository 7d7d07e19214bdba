package io.volccv.bench.client;

/** How a call proves who sends it. */
public enum Auth {
  BEARER,
  SIGNED
}
