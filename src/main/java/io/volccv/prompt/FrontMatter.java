package io.volccv.prompt;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Nearest;
import io.volccv.error.Printable;
import io.volccv.model.MapFile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a template says of itself on top, in YAML between two lines of {@code ---}.
 *
 * @param description for people, may be empty
 * @param fields by name, in their order; empty when the template declares none
 * @param negativePrompt a template of its own, moved to its line; null without one
 * @param params for the call, below those of the job
 * @param maxLength of the prompt, in characters; 0 for any
 * @param body the template, with a comment of as many lines in place of the front matter
 */
record FrontMatter(
    String description,
    Map<String, FieldRule> fields,
    @Nullable String negativePrompt,
    Map<String, Object> params,
    int maxLength,
    String body) {

  static final String NEGATIVE_PROMPT = "negative_prompt";

  private static final List<String> KEYS =
      List.of("description", "fields", NEGATIVE_PROMPT, "params", "maxLength");
  private static final Pattern BLOCK =
      Pattern.compile("\\A---[ \\t]*\\R((?s:.*?)^)---[ \\t]*(?:\\R|\\z)", Pattern.MULTILINE);
  private static final Pattern OPEN = Pattern.compile("\\A---[ \\t]*\\R");

  /**
   * Takes the front matter off a template.
   *
   * @throws InvalidRequestException when it is wrong; says which line
   */
  static FrontMatter of(String name, String text) {
    Matcher block = BLOCK.matcher(text);
    if (!block.find()) {
      if (OPEN.matcher(text).find()) {
        throw error(name, 1, "the front matter is not closed", "write --- on a line below it");
      }
      return new FrontMatter("", Map.of(), null, Map.of(), 0, text);
    }
    String yaml = "\n" + block.group(1); // the line of the first ---
    int lines = (int) block.group().lines().count();
    return read(name, yaml, lined(lines, text.substring(block.end())));
  }

  private static FrontMatter read(String name, String yaml, String body) {
    Map<String, Object> values;
    try {
      values = new LinkedHashMap<>(MapFile.parse("front matter", yaml));
    } catch (IllegalArgumentException e) {
      String what = Printable.shorten("the front matter " + e.getMessage(), 200);
      throw new InvalidRequestException(
          "prompt template " + name + ": " + what + "; correct it",
          CvError.before("prompt", "correct it"),
          e);
    }
    for (String key : values.keySet()) {
      if (!KEYS.contains(key)) {
        throw error(
            name,
            line(yaml, key),
            "the front matter has the key " + Printable.shorten(key, 60),
            Nearest.to(key, KEYS)
                .map(near -> "did you mean " + near + "?")
                .orElse("write one of " + String.join(", ", KEYS)));
      }
    }
    values.values().removeIf(Objects::isNull);
    Map<String, Object> params = map(name, yaml, values, "params");
    for (String key : List.of("req_key", "prompt", NEGATIVE_PROMPT)) {
      if (params.containsKey(key)) {
        String hint =
            key.equals(NEGATIVE_PROMPT) ? "write it beside params" : "the route says what it is";
        throw error(name, line(yaml, key), "params has " + key, hint);
      }
    }
    return new FrontMatter(
        String.valueOf(values.getOrDefault("description", "")),
        fields(name, yaml, map(name, yaml, values, "fields")),
        negative(name, yaml, values.get(NEGATIVE_PROMPT)),
        params,
        maxLength(name, yaml, values.get("maxLength")),
        body);
  }

  private static Map<String, FieldRule> fields(
      String name, String yaml, Map<String, Object> written) {
    Map<String, FieldRule> rules = new LinkedHashMap<>();
    written.forEach(
        (field, rule) -> {
          try {
            rules.put(field, FieldRule.of(rule));
          } catch (FieldRule.WrongException e) {
            String what = "the field " + Printable.shorten(field, 60) + " " + e.getMessage();
            throw error(name, line(yaml, field), what, e.hint());
          }
        });
    return rules;
  }

  private static @Nullable String negative(String name, String yaml, @Nullable Object written) {
    if (written == null) {
      return null;
    }
    int line = line(yaml, NEGATIVE_PROMPT);
    if (!(written instanceof String text)) {
      throw error(name, line, NEGATIVE_PROMPT + " is no text", "put it into quotation marks");
    }
    boolean isBlock = yaml.lines().skip(line - 1).findFirst().orElse("").matches(".*:\\s*[|>].*");
    return lined(isBlock ? line : line - 1, text);
  }

  private static int maxLength(String name, String yaml, @Nullable Object written) {
    try {
      return written == null ? 0 : FieldRule.length(written);
    } catch (FieldRule.WrongException e) {
      throw error(name, line(yaml, "maxLength"), "it " + e.getMessage(), e.hint());
    }
  }

  private static Map<String, Object> map(
      String name, String yaml, Map<String, Object> values, String key) {
    Object value = values.get(key);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return MapFile.textKeys(map);
    }
    throw error(name, line(yaml, key), key + " is no map", "write names and values");
  }

  /** The text moved down, so that the lines in jmustache's errors are those of the file. */
  private static String lined(int lines, String text) {
    return lines == 0 ? text : "{{!" + "\n".repeat(lines - 1) + "}}\n" + text;
  }

  /** The first line that names the key; the last resort is the front matter's own first line. */
  private static int line(String yaml, String key) {
    Matcher named =
        Pattern.compile(
                "^[ \\t{]*[\"']?" + Pattern.quote(key) + "[\"']?[ \\t]*:", Pattern.MULTILINE)
            .matcher(yaml);
    return named.find() ? (int) yaml.substring(0, named.start()).lines().count() + 1 : 1;
  }

  private static InvalidRequestException error(String name, int line, String what, String hint) {
    return new InvalidRequestException(
        "prompt template " + name + ", line " + line + ": " + what + "; " + hint,
        CvError.before("prompt", hint),
        null);
  }
}
