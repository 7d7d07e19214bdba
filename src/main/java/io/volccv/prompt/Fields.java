package io.volccv.prompt;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Nearest;
import io.volccv.error.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The fields that a template and its partials declare.
 *
 * @param template the template's name, for messages
 * @param rules by name; of two, that of the template wins over that of a partial
 * @param all whether the template may have no others: it declares fields itself
 */
record Fields(String template, Map<String, FieldRule> rules, boolean all) {

  /** What every input brings, asked for or not. */
  private static final Set<String> BROUGHT = Set.of("name", "file", "folder");

  /** Whether a name may stand in the template. */
  boolean knows(String name) {
    return !all || rules.containsKey(name);
  }

  /** The names that the template may leave out. */
  Stream<String> optional() {
    return rules.entrySet().stream()
        .filter(rule -> rule.getValue().isOptional())
        .map(Map.Entry::getKey);
  }

  /**
   * The values that the template gets.
   *
   * @param given by the job; of these none may be unknown
   * @param others what lies around; used when asked for
   * @throws InvalidRequestException when one is missing, unknown, or not as it is declared
   */
  Map<String, Object> values(Map<String, Object> given, Map<String, Object> others) {
    Map<String, Object> values = new LinkedHashMap<>(others);
    values.putAll(given);
    if (all) {
      given.keySet().stream()
          .filter(name -> !rules.containsKey(name) && !BROUGHT.contains(name))
          .findFirst()
          .ifPresent(
              name -> {
                throw unknown(name);
              });
    }
    rules.forEach((name, rule) -> put(values, name, rule));
    return values;
  }

  private void put(Map<String, Object> values, String name, FieldRule rule) {
    Object given = values.get(name);
    boolean isSet = given != null && !given.toString().isBlank();
    Object value = isSet ? value(name, rule, given) : rule.defaultValue();
    if (value != null) {
      values.put(name, value);
    } else if (rule.required()) {
      throw missing(name, rule);
    } else {
      values.remove(name);
    }
  }

  private Object value(String name, FieldRule rule, Object given) {
    try {
      return rule.value(given);
    } catch (FieldRule.WrongException e) {
      throw error("the field '" + shown(name) + "' " + e.getMessage(), e.hint(), e);
    }
  }

  private InvalidRequestException missing(String name, FieldRule rule) {
    String what = rule.description().isEmpty() ? "" : " (" + rule.description() + ")";
    return error(
        "there is no field '" + name + "'" + what + "; " + declared(),
        "give it in the sidecar's fields",
        null);
  }

  private InvalidRequestException unknown(String name) {
    List<String> names = List.copyOf(rules.keySet());
    return error(
        "it has no field '" + shown(name) + "'; " + declared(),
        Nearest.to(name, names).map(near -> "did you mean " + near + "?").orElse("leave it out"),
        null);
  }

  private String declared() {
    return "it declares "
        + rules.entrySet().stream()
            .map(rule -> rule.getKey() + (rule.getValue().required() ? "" : " (optional)"))
            .collect(Collectors.joining(", "));
  }

  private static String shown(String name) {
    return Printable.shorten(name, 60);
  }

  private InvalidRequestException error(String what, String hint, @Nullable Exception cause) {
    return new InvalidRequestException(
        "prompt template " + template + ": " + what + "; " + hint,
        CvError.before("prompt", hint),
        cause);
  }
}
