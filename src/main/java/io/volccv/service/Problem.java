package io.volccv.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Why a request is not answered as it was meant: a status and what to do about it (RFC 9457). The
 * text is shown to the client.
 */
final class Problem extends Exception {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<Integer, String> TITLES =
      Map.ofEntries(
          Map.entry(400, "Bad Request"),
          Map.entry(401, "Unauthorized"),
          Map.entry(403, "Forbidden"),
          Map.entry(404, "Not Found"),
          Map.entry(405, "Method Not Allowed"),
          Map.entry(408, "Request Timeout"),
          Map.entry(409, "Conflict"),
          Map.entry(413, "Content Too Large"),
          Map.entry(415, "Unsupported Media Type"),
          Map.entry(422, "Unprocessable Content"),
          Map.entry(429, "Too Many Requests"),
          Map.entry(500, "Internal Server Error"),
          Map.entry(502, "Bad Gateway"),
          Map.entry(503, "Service Unavailable"));

  private final int status;
  private final int retryAfter;

  Problem(int status, String detail) {
    this(status, detail, 0, null);
  }

  Problem(int status, String detail, @Nullable Exception cause) {
    this(status, detail, 0, cause);
  }

  /**
   * @param retryAfter seconds; 0 when it does not help to send it again
   */
  Problem(int status, String detail, int retryAfter, @Nullable Exception cause) {
    super(detail, cause);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  int status() {
    return status;
  }

  int retryAfter() {
    return retryAfter;
  }

  byte[] json() {
    ObjectNode json = JSON.createObjectNode();
    json.put("status", status);
    json.put("title", TITLES.getOrDefault(status, "Error"));
    json.put("detail", getMessage());
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }
}
