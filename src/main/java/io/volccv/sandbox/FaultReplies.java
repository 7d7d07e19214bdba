package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;

/** The answers that faults put in place of the real one, or do to it. */
final class FaultReplies {
  private FaultReplies() {}

  /**
   * @param ofTask whether the call asks for a task
   */
  static Reply instead(Fault fault, boolean ofTask, String requestId, Duration elapsed) {
    return switch (fault.kind()) {
      case HTML -> html(Integer.parseInt(value(fault, "502")));
      case STATUS ->
          status(Integer.parseInt(value(fault, "500")))
              .withHeader("Retry-After", fault.retryAfter());
      case NO_CODE -> noCode();
      case NO_IMAGES -> noImages(ofTask, requestId, elapsed);
      default -> throw new IllegalArgumentException(fault.kind() + " is not an answer");
    };
  }

  static ApiError error(Fault fault) {
    JsonNode value = fault.value();
    if (value != null && value.has("task")) {
      return ErrorTable.get(value.path("task").asText());
    }
    if (value == null || !value.isObject()) {
      return ErrorTable.get(value(fault, "50500"));
    }
    return ErrorTable.get(value.path("code").asText()).with(value.path("http").intValue());
  }

  /** What a fault was told, or what it does by itself. */
  private static String value(Fault fault, String otherwise) {
    JsonNode value = fault.value();
    return value == null ? otherwise : value.asText();
  }

  /** Where a reply ends that is cut: inside of its body in any case. */
  static long cutAt(Fault fault, long length) {
    JsonNode value = fault.value();
    return value == null ? length / 2 : Math.max(0, Math.min(length - 1, value.asLong()));
  }

  /** The beginning of an answer that pretends to be whole. */
  static Reply half(Fault fault, Reply reply) {
    JsonNode value = fault.value();
    return reply.beginning(
        value == null ? reply.length() / 2 : Math.min(reply.length(), value.longValue()));
  }

  static Pace trickle(Fault fault, long length) {
    JsonNode value = fault.value();
    return value != null && value.isNumber()
        ? Pace.bytesPerSecond(value.asLong())
        : Pace.over(fault.delay(), length);
  }

  /** As many bytes as the answer would have had, up to a few; the first ones are not even text. */
  static Reply garbage(Reply reply) {
    byte[] bytes = new byte[(int) Math.min(4096, reply.length())];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37 + 0x81);
    }
    return Reply.bytes(200, Reply.JSON, bytes);
  }

  private static Reply html(int status) {
    String page =
        """
        <html>
        <head><title>%1$d Bad Gateway</title></head>
        <body><center><h1>%1$d Bad Gateway</h1></center><hr><center>nginx</center></body>
        </html>
        """;
    return Reply.text(status, "text/html", page.formatted(status));
  }

  private static Reply status(int status) {
    return Reply.json(
        status, Json.MAPPER.createObjectNode().put("message", "upstream answered " + status));
  }

  /** The envelope of relays that speak another API's language. */
  private static Reply noCode() {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.putObject("error")
        .put("message", "upstream error")
        .put("type", "upstream_error")
        .put("code", "bad_response_status_code");
    return Reply.json(200, json);
  }

  private static Reply noImages(boolean ofTask, String requestId, Duration elapsed) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.putObject("algorithm_base_resp").put("status_code", 0).put("status_message", "Success");
    data.putArray("image_urls");
    if (ofTask) {
      data.put("status", "done");
    }
    return Envelope.success(data, List.of(), requestId, elapsed);
  }
}
