package io.volccv.conformance;

import java.net.URI;

/**
 * A server of the API: where it is, and how one gets in.
 *
 * @param base with its path, without a query
 */
record Endpoint(URI base, Keys keys) {

  /** What opens a door. */
  sealed interface Keys {}

  /** The key of a gateway. */
  record Bearer(String key) implements Keys {
    @Override
    public String toString() {
      return "a Bearer key";
    }
  }

  /**
   * The vendor's own kind.
   *
   * @param sessionToken of temporary keys, or null
   */
  record KeyPair(String accessKeyId, String secretAccessKey, String sessionToken) implements Keys {
    KeyPair withSecret(String secret) {
      return new KeyPair(accessKeyId, secret, sessionToken);
    }

    KeyPair withId(String id) {
      return new KeyPair(id, secretAccessKey, sessionToken);
    }

    KeyPair withoutToken() {
      return new KeyPair(accessKeyId, secretAccessKey, null);
    }

    @Override
    public String toString() {
      return "a signature";
    }
  }

  boolean signs() {
    return keys instanceof KeyPair;
  }

  /** The keys of an endpoint that {@link #signs()}. */
  KeyPair keyPair() {
    return (KeyPair) keys;
  }
}
