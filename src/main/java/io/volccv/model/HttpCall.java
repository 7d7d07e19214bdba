package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One POST, ready to be signed and sent.
 *
 * @param uri the target with its query
 * @param headers names to values, in the order they are sent; no two differ in case only
 * @param body the bytes
 */
public record HttpCall(URI uri, Map<String, String> headers, Content body) {

  public HttpCall {
    requireNonNull(uri, "uri is null");
    headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    requireNonNull(body, "body is null");
  }

  /** The same call with one header more, or with another value for it. */
  public HttpCall withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpCall(uri, more, body);
  }

  /** Target and sizes only: headers hold credentials, bodies hold pictures. */
  @Override
  public String toString() {
    return "POST " + uri + " (" + body.length() + " bytes)";
  }
}
