package io.volccv.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.paint.Order;
import org.jspecify.annotations.Nullable;

/**
 * How finished pictures are wanted.
 *
 * @param asUrls URLs in place of base64
 * @param logo the object {@code logo_info}, or a missing node
 */
record Delivery(boolean asUrls, JsonNode logo) {

  /** Of a synchronous call, whose {@code logo_info} is an object. */
  static Delivery of(Params params) {
    return new Delivery(params.flag("return_url", false), params.get("logo_info"));
  }

  /**
   * Of a submit, for its callback; {@code logo_info} and {@code aigc_meta} are JSON in a string
   * here.
   */
  static Delivery ofSubmit(Params params) throws Refusal {
    object("aigc_meta", params.text("aigc_meta"));
    return new Delivery(
        params.flag("return_url", false), object("logo_info", params.text("logo_info")));
  }

  /** Of a result query: {@code req_json} is a string of JSON with objects in it. */
  static Delivery ofQuery(@Nullable String reqJson) throws Refusal {
    JsonNode json = object("req_json", reqJson);
    if (json instanceof ObjectNode object) {
      Params.checkTypes(object);
    }
    return new Delivery(json.path("return_url").asBoolean(false), json.path("logo_info"));
  }

  /** The label to draw, or null. */
  Order.@Nullable Mark mark() {
    if (!logo.path("add_logo").asBoolean(false)) {
      return null;
    }
    return new Order.Mark(
        logo.path("position").asInt(0),
        logo.path("language").asInt(0) == 0,
        logo.path("opacity").asDouble(1),
        logo.path("logo_text_content").asText(""));
  }

  private static JsonNode object(String name, @Nullable String text) throws Refusal {
    if (text == null || text.isEmpty()) {
      return MissingNode.getInstance();
    }
    try {
      JsonNode json = Json.MAPPER.readTree(text);
      if (json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      throw Refusal.of(
          50204,
          "Parse Args Failed: " + name + " is not JSON in a string: " + e.getOriginalMessage());
    }
    throw Refusal.of(50204, "Parse Args Failed: " + name + " is not a JSON object in a string");
  }
}
