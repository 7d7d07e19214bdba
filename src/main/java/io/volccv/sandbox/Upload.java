package io.volccv.sandbox;

import org.jspecify.annotations.Nullable;

/**
 * A string of a request that was decoded as base64 while it came in.
 *
 * @param bytes the decoded bytes, or null when they were not kept
 * @param size how many they are
 * @param sha256 of the decoded bytes, lower-case hex
 * @param problem why there are no bytes to use
 */
record Upload(byte @Nullable [] bytes, long size, String sha256, Problem problem) {

  enum Problem {
    NONE,
    NOT_BASE64,
    DATA_PREFIX,
    TOO_LARGE
  }
}
