package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The last requests as they arrived, each picture replaced by its size and hash. */
final class RequestLog {
  private static final int KEPT = 100;

  private final Deque<JsonNode> requests = new ArrayDeque<>();

  void add(Call call, ObjectNode body) {
    ObjectNode entry = Json.MAPPER.createObjectNode();
    entry.put("n", call.ticket().n()).put("time", call.arrived().toString());
    entry
        .put("door", call.door().text())
        .put("action", call.action())
        .put("version", call.version());
    ObjectNode headers = entry.putObject("headers");
    new TreeMap<>(call.loggedHeaders()).forEach(headers::put);
    entry.set("body", withoutPictures(call.body(), body, ""));
    synchronized (requests) {
      requests.addLast(entry);
      if (requests.size() > KEPT) {
        requests.removeFirst();
      }
    }
  }

  List<JsonNode> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  void clear() {
    synchronized (requests) {
      requests.clear();
    }
  }

  private static JsonNode withoutPictures(CallBody body, JsonNode node, String name) {
    if (node instanceof ObjectNode object) {
      ObjectNode copy = Json.MAPPER.createObjectNode();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        copy.set(field.getKey(), withoutPictures(body, field.getValue(), field.getKey()));
      }
      return copy;
    }
    if (node.isArray()) {
      ArrayNode copy = Json.MAPPER.createArrayNode();
      node.forEach(element -> copy.add(withoutPictures(body, element, name)));
      return copy;
    }
    if (!node.isTextual()) {
      return node;
    }
    Upload upload = body.upload(node.textValue());
    if (upload != null) {
      return picture(upload.size(), upload.sha256());
    }
    return name.equals("binary_data_base64") ? decoded(node) : node;
  }

  private static JsonNode decoded(JsonNode text) {
    try {
      byte[] bytes = Base64.getDecoder().decode(text.textValue().getBytes(StandardCharsets.UTF_8));
      return picture(bytes.length, Hash.of(bytes));
    } catch (IllegalArgumentException e) {
      // What is not base64 is shown as it came, since that is what somebody looks for here.
      return text;
    }
  }

  private static JsonNode picture(long bytes, String sha256) {
    return Json.MAPPER.createObjectNode().put("bytes", bytes).put("sha256", sha256);
  }
}
