package io.volccv.model;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Status and headers of a reply.
 *
 * @param status the HTTP status
 * @param headers lower-cased names to the last value of each
 */
public record ReplyHead(int status, Map<String, String> headers) {

  public ReplyHead {
    headers = Map.copyOf(headers);
  }

  /** The last value of a header, whatever the case of {@code name}. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
  }
}
