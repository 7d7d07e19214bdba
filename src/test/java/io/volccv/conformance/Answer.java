package io.volccv.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came back.
 *
 * @param type the media type, without its parameters
 * @param json the body, or a missing node when it is not JSON
 * @param facts what else was found out, such as what is behind a result URL
 */
record Answer(int status, String type, JsonNode json, Map<String, String> facts) {
  private static final ObjectMapper JSON = new ObjectMapper();

  Answer {
    facts = new TreeMap<>(facts);
  }

  static Answer of(HttpResponse<byte[]> reply) {
    return new Answer(reply.statusCode(), mediaType(reply), parse(reply.body()), Map.of());
  }

  Answer with(Map<String, String> moreFacts) {
    return new Answer(status, type, json, moreFacts);
  }

  static String mediaType(HttpResponse<?> reply) {
    return reply.headers().firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
  }

  /** The service's code, or the gateway's name of the error; empty when there is neither. */
  String code() {
    JsonNode gateway = json.at("/ResponseMetadata/Error/Code");
    return gateway.isMissingNode() ? json.path("code").asText() : gateway.asText();
  }

  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      // A proxy's page; that it is no JSON is what the comparison says of it.
      return MissingNode.getInstance();
    }
  }
}
