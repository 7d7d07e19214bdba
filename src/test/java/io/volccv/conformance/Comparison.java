package io.volccv.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What differs between two answers to one check: statuses, codes, which fields there are and of
 * which type. Texts, times and ids differ with every call and are not looked at.
 */
final class Comparison {
  private Comparison() {}

  /** One thing that differs. */
  record Difference(String check, String where, String sandbox, String service) {}

  static List<Difference> of(String check, Answer sandbox, Answer service) {
    Map<String, String> ours = view(sandbox);
    Map<String, String> theirs = view(service);
    Set<String> all = new TreeSet<>(ours.keySet());
    all.addAll(theirs.keySet());
    List<Difference> differences = new ArrayList<>();
    for (String where : all) {
      String our = ours.getOrDefault(where, "-");
      String their = theirs.getOrDefault(where, "-");
      if (!our.equals(their)) {
        differences.add(new Difference(check, where, our, their));
      }
    }
    return differences;
  }

  private static Map<String, String> view(Answer answer) {
    Map<String, String> view = new TreeMap<>(answer.facts());
    view.put("HTTP status", String.valueOf(answer.status()));
    view.put("Content-Type", answer.type());
    view.put("value of code", answer.code());
    JsonNode number = answer.json().at("/ResponseMetadata/Error/CodeN");
    if (!number.isMissingNode()) {
      view.put("value of CodeN", number.asText());
    }
    types("", answer.json(), view);
    return view;
  }

  private static void types(String path, JsonNode node, Map<String, String> types) {
    types.merge(
        path.isEmpty() ? "body" : path,
        type(node),
        (one, other) -> one.equals(other) ? one : one + " or " + other);
    String prefix = path.isEmpty() ? "" : path + ".";
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      types(prefix + field.getKey(), field.getValue(), types);
    }
    if (node.isArray()) {
      node.forEach(element -> types(path + "[]", element, types));
    }
  }

  private static String type(JsonNode node) {
    if (node.isMissingNode()) {
      return "not JSON";
    }
    if (node.isNumber()) {
      return node.isIntegralNumber() ? "integer" : "decimal";
    }
    return switch (node.getNodeType()) {
      case NULL -> "null";
      case BOOLEAN -> "boolean";
      case STRING -> "string";
      case ARRAY -> "array";
      default -> "object";
    };
  }
}
