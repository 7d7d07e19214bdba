package io.volccv.sandbox;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One POST that arrived as a whole.
 *
 * @param nanos of its arrival, by the clock that measures
 * @param query as it was sent
 * @param headers by lower-case name
 */
record Call(
    BillBook.Ticket ticket,
    String requestId,
    Instant arrived,
    long nanos,
    Door door,
    String path,
    @Nullable String query,
    Map<String, String> headers,
    CallBody body) {

  @Nullable String action() {
    return CanonicalQuery.parameter(query, "Action");
  }

  @Nullable String version() {
    return CanonicalQuery.parameter(query, "Version");
  }

  Signature.Signed signed() {
    return new Signature.Signed("POST", path, query, headers::get, body.sha256());
  }

  /** The headers without what opens a door. */
  Map<String, String> loggedHeaders() {
    Map<String, String> logged = new TreeMap<>(headers);
    logged.computeIfPresent("authorization", (name, value) -> value.replaceFirst(" .*", " ***"));
    logged.computeIfPresent("x-security-token", (name, value) -> "***");
    return logged;
  }
}
