package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Faults as a person writes them. What is not understood is refused, and not left out: a match that
 * is misspelt would match every call.
 */
final class FaultJson {
  private FaultJson() {}

  static List<Fault> parse(JsonNode array) {
    if (!array.isArray()) {
      throw new IllegalArgumentException("faults are a JSON array, not " + array.getNodeType());
    }
    List<Fault> faults = new ArrayList<>();
    for (JsonNode fault : array) {
      faults.add(one(fault));
    }
    return List.copyOf(faults);
  }

  private static Fault one(JsonNode fault) {
    known("a fault", fault, Set.of("match", "do", "value", "retryAfter", "times"));
    JsonNode match = fault.path("match");
    if (!match.isMissingNode()) {
      known("match", match, Set.of("n", "prompt", "action"));
    }
    JsonNode value = fault.get("value");
    return new Fault(
        whole(match, "n"),
        text(match, "prompt"),
        text(match, "action"),
        Fault.Kind.parse(fault.path("do").asText()),
        value == null || value.isNull() ? null : value,
        text(fault, "retryAfter"),
        whole(fault, "times"));
  }

  private static void known(String what, JsonNode object, Set<String> names) {
    if (!object.isObject()) {
      throw new IllegalArgumentException(what + " is a JSON object, not " + object);
    }
    for (Iterator<String> it = object.fieldNames(); it.hasNext(); ) {
      String name = it.next();
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            what + " has no '" + name + "'; it has " + String.join(", ", names));
      }
    }
  }

  private static int whole(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return 0;
    }
    if (!value.isInt()) {
      throw new IllegalArgumentException("'" + name + "' is a whole number, not " + value);
    }
    return value.intValue();
  }

  private static @Nullable String text(JsonNode object, String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw new IllegalArgumentException("'" + name + "' is a string, not " + value);
    }
    return value.asText();
  }
}
