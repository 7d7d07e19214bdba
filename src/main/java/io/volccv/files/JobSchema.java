package io.volccv.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.volccv.error.Nearest;
import io.volccv.error.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The schema of jobs, {@code job.schema.json}: what a job may say, for validators and for people. A
 * class of its own, so that who reads no jobs needs no validator.
 */
final class JobSchema {

  /** What is wrong with a job, and what to write instead. */
  record Mistake(String what, String hint) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNode ROOT = load();
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(ROOT);
  private static final int SHOWN = 60;

  private JobSchema() {}

  /** The schema as it is shipped. */
  static JsonNode root() {
    return ROOT;
  }

  /** The fields that a job may have, in their order. */
  static List<String> fields() {
    return names(ROOT);
  }

  /** The ways to say where a picture is. */
  static List<String> pictureFields() {
    return names(ROOT.at("/properties/pictures/items"));
  }

  /** The first mistake of a job, empty when it is as it should be. */
  static Optional<Mistake> check(JsonNode job) {
    return SCHEMA.validate(job).stream().findFirst().map(error -> mistake(error, job));
  }

  private static Mistake mistake(Error error, JsonNode job) {
    StringBuilder place = new StringBuilder();
    JsonNode rule = ROOT;
    JsonNode value = job;
    for (int i = 0; i < error.getInstanceLocation().getNameCount(); i++) {
      Object step = error.getInstanceLocation().getElement(i);
      boolean isIndex = step instanceof Integer;
      place.append(isIndex ? "[" + step + "]" : (place.isEmpty() ? "" : ".") + step);
      rule = isIndex ? rule.path("items") : property(rule, step.toString());
      value = isIndex ? value.path((Integer) step) : value.path(step.toString());
    }
    if ("additionalProperties".equals(error.getKeyword())) {
      return unknown(place.toString(), String.valueOf(error.getProperty()), rule);
    }
    String subject = place.isEmpty() ? "the job" : place.toString();
    return new Mistake(subject + " " + wrong(error, value, subject), "write " + wanted(rule));
  }

  private static JsonNode property(JsonNode rule, String name) {
    JsonNode property = rule.path("properties").path(name);
    return property.has("$ref") ? ROOT.at(property.get("$ref").asText().substring(1)) : property;
  }

  private static Mistake unknown(String place, String name, JsonNode rule) {
    List<String> known = names(rule);
    String where = place.isEmpty() ? "" : " in " + place;
    return new Mistake(
        "there is no field " + Printable.shorten(name, SHOWN) + where,
        Nearest.to(name, known)
            .map(near -> "did you mean " + near + "?")
            .orElse("write one of " + String.join(", ", known)));
  }

  private static String wrong(Error error, JsonNode value, String place) {
    return switch (error.getKeyword()) {
      case "maxLength" ->
          "has "
              + value.textValue().codePointCount(0, value.textValue().length())
              + " characters, which is too many";
      case "minLength" -> "is empty";
      case "minItems", "maxItems", "maxProperties", "minProperties" ->
          "has " + value.size() + " entries";
      case "propertyNames" -> "has a name that is empty or too long";
      default -> "is " + shown(value, place);
    };
  }

  /** A picture is private, and its address may hold a signature: neither is shown. */
  private static String shown(JsonNode value, String place) {
    if (value.isObject()) {
      return "a map";
    }
    if (value.isArray()) {
      return "a list";
    }
    if (value.isTextual() && place.startsWith("pictures")) {
      return "another text";
    }
    return Printable.shorten(value.toString(), SHOWN);
  }

  /** For example: a whole number from 0 to 9, for example 4. */
  private static String wanted(JsonNode rule) {
    if (rule.has("enum")) {
      return elements(rule.get("enum")).stream()
          .map(JsonNode::asText)
          .collect(Collectors.joining(" or "));
    }
    String kind =
        switch (rule.path("type").asText()) {
          case "integer" -> numbers(rule, "minimum", "maximum", "a whole number from ");
          case "array" -> numbers(rule, "minItems", "maxItems", "a list of ");
          case "object" ->
              rule.path("maxProperties").asInt() == 1
                  ? "one of " + String.join(", ", names(rule))
                  : rule.has("properties") ? String.join(", ", names(rule)) : "names and values";
          case "string" ->
              rule.has("maxLength")
                  ? numbers(rule, "minLength", "maxLength", "a text of ") + " characters"
                  : "a text";
          default ->
              numbers(rule, "minimum", "maximum", "a whole number from ")
                  + numbers(rule, "minItems", "maxItems", ", or a list of ");
        };
    return kind + ", for example " + rule.path("examples").path(0);
  }

  private static String numbers(JsonNode rule, String least, String most, String what) {
    return what + rule.path(least).asInt(1) + " to " + rule.get(most);
  }

  private static List<String> names(JsonNode rule) {
    List<String> names = new ArrayList<>();
    rule.path("properties").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static JsonNode load() {
    try (InputStream in = JobSchema.class.getResourceAsStream("job.schema.json")) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException("job.schema.json cannot be read", e);
    }
  }
}
