package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * The parameter {@code controlnet_args}: which input picture holds on to what, and how strongly.
 */
final class Controlnet {
  private static final Set<String> TYPES = Set.of("canny", "depth", "pose");

  private final JsonNode args;

  private Controlnet(JsonNode args) {
    this.args = args;
  }

  /** Checks each argument against the ranges of the vendor's page 6791/1330203. */
  static Controlnet check(JsonNode args, int pictures) throws Refusal {
    for (JsonNode arg : args) {
      String type = arg.path("type").asText();
      JsonNode strength = arg.path("strength");
      JsonNode index = arg.path("binary_data_index");
      if (!TYPES.contains(type)) {
        throw Refusal.of(
            50200,
            "Invalid Request Args: controlnet_args.type '"
                + type
                + "' is not canny, depth or pose");
      }
      if (!strength.isNumber() || !index.isIntegralNumber()) {
        throw Refusal.of(
            50204,
            "Parse Args Failed: controlnet_args needs strength and binary_data_index as numbers");
      }
      if (strength.asDouble() < 0 || strength.asDouble() > 1) {
        throw Refusal.of(50200, "Invalid Request Args: controlnet_args.strength must be in [0, 1]");
      }
      if (index.asLong() < 0 || index.asLong() >= pictures) {
        throw Refusal.of(
            50200,
            "Invalid Request Args: controlnet_args.binary_data_index is outside of the pictures");
      }
    }
    return new Controlnet(args);
  }

  boolean hasCanny() {
    for (JsonNode arg : args) {
      if (arg.path("type").asText().equals("canny")) {
        return true;
      }
    }
    return false;
  }

  /** The picture whose edges are kept. */
  int picture() {
    return args.isEmpty() ? 0 : args.get(0).path("binary_data_index").asInt();
  }

  /** The arguments in the service's echo: {@code "controlnet_args.canny.strength": 0.4}. */
  void echo(ObjectNode data) {
    for (JsonNode arg : args) {
      for (Map.Entry<String, JsonNode> field : arg.properties()) {
        if (!field.getKey().equals("type")) {
          data.set(
              "controlnet_args." + arg.path("type").asText() + "." + field.getKey(),
              field.getValue());
        }
      }
    }
  }
}
