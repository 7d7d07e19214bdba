package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a call, with the service's view of their types: a number is never a text that
 * looks like one.
 */
final class Params {
  private static final Map<String, Type> TYPES = new HashMap<>();
  private static final Set<String> JSON_IN_A_STRING = Set.of("logo_info", "aigc_meta");

  static {
    Type.TEXT.of(
        "req_key",
        "task_id",
        "req_json",
        "callback_url",
        "prompt",
        "negative_prompt",
        "custom_prompt",
        "model_version",
        "req_schedule_conf");
    Type.INTEGER.of(
        "seed",
        "sr_seed",
        "llm_seed",
        "width",
        "height",
        "ddim_steps",
        "ddim_step",
        "sr_steps",
        "size");
    Type.NUMBER.of(
        "scale", "strength", "sr_scale", "sr_strength", "cfg_rescale", "min_ratio", "max_ratio");
    Type.BOOLEAN.of(
        "use_rephraser", "use_pre_llm", "use_sr", "is_only_sr", "return_url", "force_single");
    Type.OBJECT.of("logo_info", "aigc_meta");
    Type.TEXTS.of("binary_data_base64", "image_urls");
    Type.OBJECTS.of("controlnet_args");
  }

  private enum Type {
    TEXT("a string", JsonNode::isTextual),
    INTEGER("an integer", node -> node.isIntegralNumber() && node.canConvertToLong()),
    NUMBER("a number", JsonNode::isNumber),
    BOOLEAN("a boolean", JsonNode::isBoolean),
    OBJECT("an object", JsonNode::isObject),
    TEXTS("an array of strings", node -> arrayOf(node, JsonNode::isTextual)),
    OBJECTS("an array of objects", node -> arrayOf(node, JsonNode::isObject));

    private final String text;
    private final Predicate<JsonNode> test;

    Type(String text, Predicate<JsonNode> test) {
      this.text = text;
      this.test = test;
    }

    private void of(String... names) {
      for (String name : names) {
        TYPES.put(name, this);
      }
    }

    private static boolean arrayOf(JsonNode node, Predicate<JsonNode> element) {
      if (!node.isArray()) {
        return false;
      }
      for (JsonNode item : node) {
        if (!element.test(item)) {
          return false;
        }
      }
      return true;
    }
  }

  private final ObjectNode json;

  private Params(ObjectNode json) {
    this.json = json;
  }

  /** The parameters of a call that is not a submit. */
  static Params check(ObjectNode json) throws Refusal {
    checkTypes(json);
    return withReqKey(json);
  }

  /** The parameters of a submit: what is an object elsewhere is JSON in a string here. */
  static Params checkSubmit(ObjectNode json) throws Refusal {
    checkTypes(json, JSON_IN_A_STRING);
    return withReqKey(json);
  }

  static void checkTypes(ObjectNode json) throws Refusal {
    checkTypes(json, Set.of());
  }

  private static void checkTypes(ObjectNode json, Set<String> strings) throws Refusal {
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      Type type = strings.contains(field.getKey()) ? Type.TEXT : TYPES.get(field.getKey());
      JsonNode value = field.getValue();
      if (type != null && !value.isNull() && !type.test.test(value)) {
        throw Refusal.of(
            50204,
            "Parse Args Failed: "
                + field.getKey()
                + " is "
                + value.getNodeType()
                + ", expected "
                + type.text);
      }
    }
  }

  private static Params withReqKey(ObjectNode json) throws Refusal {
    Params params = new Params(json);
    String reqKey = params.text("req_key");
    if (reqKey == null || reqKey.isBlank()) {
      throw Refusal.of(50201, "Missing Request Args: req_key");
    }
    return params;
  }

  ReqKey reqKey() {
    return ReqKey.of(json.path("req_key").asText());
  }

  @Nullable String text(String name) {
    JsonNode value = json.path(name);
    return value.isTextual() ? value.textValue() : null;
  }

  String required(String name) throws Refusal {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      throw Refusal.of(50201, "Missing Request Args: " + name);
    }
    return text;
  }

  @Nullable String prompt() {
    return PromptPeek.of(json);
  }

  /**
   * The integer, or {@code otherwise} when there is none or it is negative, which means "you
   * choose".
   */
  long whole(String name, long otherwise) {
    long value = json.path(name).asLong(-1);
    return value < 0 ? otherwise : value;
  }

  boolean flag(String name, boolean otherwise) {
    return json.path(name).asBoolean(otherwise);
  }

  JsonNode get(String name) {
    return json.path(name);
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    json.path(name).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  /** The parameters as the answer echoes them: without pictures, with the seed that was used. */
  ObjectNode echo(long seed) {
    ObjectNode echo = json.deepCopy();
    echo.remove(List.of("binary_data_base64", "image_urls", "req_key"));
    return echo.put("seed", seed);
  }

  ObjectNode json() {
    return json;
  }
}
