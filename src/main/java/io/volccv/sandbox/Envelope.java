package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The two envelopes: the service's own, and the gateway's for what never reached the service. */
final class Envelope {
  /** A multiple of three, so that the pieces of base64 are a whole. */
  private static final int RAW_CHUNK = 36 * 1024;

  private Envelope() {}

  /**
   * Code 10000 with its data; pictures are written as base64 between the other fields, as the
   * service does.
   *
   * @param data all of {@code data}, but {@code binary_data_base64} when there are pictures
   * @param pictures for {@code binary_data_base64}, or null to leave {@code data} as it is
   */
  static Reply success(
      JsonNode data, @Nullable List<byte[]> pictures, String requestId, Duration elapsed) {
    ObjectNode tail = Json.MAPPER.createObjectNode();
    tail.put("message", "Success").put("request_id", requestId).put("status", 10000);
    tail.put("time_elapsed", Durations.go(elapsed));
    return success(data, pictures, tail);
  }

  /** What is POSTed to a {@code callback_url} when its task succeeded. */
  static Reply callback(
      JsonNode data,
      @Nullable List<byte[]> pictures,
      String taskId,
      String requestId,
      Duration elapsed) {
    ObjectNode tail = Json.MAPPER.createObjectNode();
    tail.put("task_id", taskId).put("message", "Success").put("request_id", requestId);
    tail.put("status", 10000).put("time_elapsed", Durations.go(elapsed));
    return success(data, pictures, tail);
  }

  /** What is POSTed to a {@code callback_url} when its task failed. */
  static Reply callback(ApiError error, String taskId, String requestId, Duration elapsed) {
    ObjectNode json = business(error, requestId, elapsed).put("task_id", taskId);
    json.putObject("data").put("resp_data", "");
    return Reply.json(200, json);
  }

  private static Reply success(JsonNode data, @Nullable List<byte[]> pictures, ObjectNode tail) {
    if (pictures == null) {
      ObjectNode json = Json.MAPPER.createObjectNode().put("code", 10000);
      return Reply.json(200, json.<ObjectNode>set("data", data).setAll(tail));
    }
    String rest = Json.text(data).substring(1);
    List<Object> parts = new ArrayList<>();
    parts.add("{\"code\":10000,\"data\":{\"binary_data_base64\":[");
    for (int i = 0; i < pictures.size(); i++) {
      parts.add(i == 0 ? "\"" : ",\"");
      parts.add(pictures.get(i));
      parts.add("\"");
    }
    parts.add((rest.equals("}") ? "]" : "],") + rest + "," + Json.text(tail).substring(1));
    long length = 0;
    for (Object part : parts) {
      length += part instanceof byte[] raw ? (raw.length + 2) / 3 * 4L : utf8(part).length;
    }
    return new Reply(200, Reply.JSON, Map.of(), new Parts(parts.iterator()), length);
  }

  static Reply error(
      ApiError error, String requestId, Duration elapsed, ObjectNode gatewayContext) {
    if (error.layer() == ApiError.Layer.GATEWAY) {
      ObjectNode json = Json.MAPPER.createObjectNode();
      ObjectNode metadata = json.putObject("ResponseMetadata");
      metadata.put("RequestId", requestId).setAll(gatewayContext);
      metadata.put("Service", "cv").put("Region", "cn-north-1");
      ObjectNode details = metadata.putObject("Error");
      if (error.codeN() != null) {
        details.put("CodeN", error.codeN());
      }
      details.put("Code", error.code()).put("Message", error.message());
      return Reply.json(error.http(), json);
    }
    return Reply.json(error.http(), business(error, requestId, elapsed));
  }

  private static ObjectNode business(ApiError error, String requestId, Duration elapsed) {
    int code = Integer.parseInt(error.code());
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("code", code)
        .putNull("data")
        .put("message", error.message())
        .put("request_id", requestId);
    return json.put("status", code).put("time_elapsed", Durations.go(elapsed));
  }

  private static byte[] utf8(Object text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Texts as they are and bytes as base64, a chunk at a time. */
  private static final class Parts implements Iterator<byte[]> {
    private final Iterator<Object> parts;
    private byte[] raw = new byte[0];
    private int next;

    Parts(Iterator<Object> parts) {
      this.parts = parts;
    }

    @Override
    public boolean hasNext() {
      return next < raw.length || parts.hasNext();
    }

    @Override
    public byte[] next() {
      if (next >= raw.length) {
        Object part = parts.next();
        if (!(part instanceof byte[] bytes)) {
          return utf8(part);
        }
        raw = bytes;
        next = 0;
      }
      int end = Math.min(raw.length, next + RAW_CHUNK);
      byte[] encoded = Base64.getEncoder().encode(Arrays.copyOfRange(raw, next, end));
      next = end;
      return encoded;
    }
  }
}
