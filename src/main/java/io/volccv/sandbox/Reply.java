package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP answer whose body is made while it is written.
 *
 * @param length of the body in bytes, or -1 when it is not known before its end
 */
record Reply(
    int status,
    String contentType,
    Map<String, String> headers,
    Iterator<byte[]> body,
    long length) {
  static final String JSON = "application/json; charset=utf-8";

  static Reply json(int status, JsonNode json) {
    return bytes(status, JSON, Json.bytes(json));
  }

  static Reply text(int status, String contentType, String text) {
    return bytes(status, contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  static Reply bytes(int status, String contentType, byte[] body) {
    return new Reply(status, contentType, Map.of(), List.of(body).iterator(), body.length);
  }

  Reply withHeader(String name, @Nullable String value) {
    return value == null ? this : new Reply(status, contentType, Map.of(name, value), body, length);
  }

  /** So many bytes of the body, with a length that says that this is all. */
  Reply beginning(long bytes) {
    return new Reply(status, contentType, headers, new Beginning(body, bytes), bytes);
  }

  /** The first bytes of a body. */
  static final class Beginning implements Iterator<byte[]> {
    private final Iterator<byte[]> body;
    private long left;

    Beginning(Iterator<byte[]> body, long length) {
      this.body = body;
      this.left = length;
    }

    @Override
    public boolean hasNext() {
      return left > 0 && body.hasNext();
    }

    @Override
    public byte[] next() {
      byte[] chunk = body.next();
      byte[] part = chunk.length <= left ? chunk : Arrays.copyOf(chunk, (int) left);
      left -= part.length;
      return part;
    }
  }
}
