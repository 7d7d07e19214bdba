package io.volccv.prompt;

import io.volccv.error.Nearest;
import io.volccv.error.Printable;
import io.volccv.model.MapFile;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a template says of one of its fields.
 *
 * @param type what it is
 * @param required whether a job must give it; never with a default
 * @param defaultValue what it is when a job does not give it, null without one
 * @param maxLength of a text, or of each text in a list, in characters; 0 for any
 * @param description for people, may be empty
 */
record FieldRule(
    Type type, boolean required, @Nullable Object defaultValue, int maxLength, String description) {

  private static final List<String> KEYS =
      List.of("type", "required", "default", "maxLength", "description");

  private static final int MAX_DIGITS = 40;

  /** What a field can be. */
  enum Type {
    STRING("a text"),
    INTEGER("a whole number"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    LIST("a list");

    private final String described;

    Type(String described) {
      this.described = described;
    }

    /** As in a template. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Why a rule or a value is not as it should be. */
  static final class WrongException extends Exception {
    private static final long serialVersionUID = 1L;
    private final String hint;

    WrongException(String what, String hint) {
      this(what, hint, null);
    }

    WrongException(String what, String hint, @Nullable Exception cause) {
      super(what, cause);
      this.hint = hint;
    }

    String hint() {
      return hint;
    }
  }

  /**
   * Reads a rule: a map, or just the name of a type.
   *
   * @param written as it is in the template, null when nothing is
   */
  static FieldRule of(@Nullable Object written) throws WrongException {
    if (written == null) {
      return new FieldRule(Type.STRING, true, null, 0, "");
    }
    if (written instanceof String type) {
      return new FieldRule(type(type), true, null, 0, "");
    }
    if (!(written instanceof Map<?, ?> map)) {
      throw new WrongException("is " + shown(written), "write its type, or a map with " + KEYS);
    }
    Map<String, Object> rule = MapFile.textKeys(map);
    rule.values().removeIf(Objects::isNull);
    for (String key : rule.keySet()) {
      if (!KEYS.contains(key)) {
        throw new WrongException(
            "has the key " + Printable.shorten(key, 60),
            Nearest.to(key, KEYS)
                .map(near -> "did you mean " + near + "?")
                .orElse("write one of " + String.join(", ", KEYS)));
      }
    }
    Type type = type(rule.getOrDefault("type", "string"));
    Object given = rule.get("default");
    boolean required = flag(rule.getOrDefault("required", given == null));
    if (required && given != null) {
      throw new WrongException("is required and has a default", "keep one of them");
    }
    int maxLength = length(rule.getOrDefault("maxLength", 0));
    String description = String.valueOf(rule.getOrDefault("description", ""));
    FieldRule bare = new FieldRule(type, required, null, maxLength, description);
    return given == null
        ? bare
        : new FieldRule(type, false, bare.value(given), maxLength, description);
  }

  /**
   * What a job gave, as the template's type: texts are read as numbers where numbers are wanted,
   * since tables and headers know nothing else.
   */
  Object value(Object given) throws WrongException {
    return switch (type) {
      case STRING -> text(given);
      case INTEGER -> number(given, true);
      case NUMBER -> number(given, false);
      case BOOLEAN -> bool(given);
      case LIST -> list(given);
    };
  }

  /** Whether the template may leave it out. */
  boolean isOptional() {
    return !required && defaultValue == null;
  }

  private String text(Object given) throws WrongException {
    if (!(given instanceof CharSequence || given instanceof Number || given instanceof Boolean)) {
      throw wrong(given);
    }
    return checked(given.toString().strip(), maxLength);
  }

  private Object number(Object given, boolean whole) throws WrongException {
    String text = given.toString().strip();
    if (given instanceof Boolean || text.length() > MAX_DIGITS) {
      throw wrong(given);
    }
    try {
      BigDecimal number = new BigDecimal(text);
      boolean isPlain = Math.abs((long) number.scale()) <= MAX_DIGITS;
      if (isPlain && (!whole || number.stripTrailingZeros().scale() <= 0)) {
        return whole ? number.toBigIntegerExact() : number;
      }
    } catch (NumberFormatException e) {
      throw wrong(given, e);
    }
    throw wrong(given);
  }

  private Object bool(Object given) throws WrongException {
    String text = given.toString().strip().toLowerCase(Locale.ROOT);
    if (!text.equals("true") && !text.equals("false")) {
      throw wrong(given);
    }
    return Boolean.valueOf(text);
  }

  private Object list(Object given) throws WrongException {
    if (!(given instanceof List<?> list)) {
      throw wrong(given);
    }
    return element(list);
  }

  private Object element(@Nullable Object element) throws WrongException {
    if (element instanceof List<?> list) {
      List<Object> checked = new ArrayList<>();
      for (Object inner : list) {
        checked.add(element(inner));
      }
      return checked;
    }
    if (element instanceof Map<?, ?> map) {
      Map<String, Object> checked = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        checked.put(String.valueOf(entry.getKey()), element(entry.getValue()));
      }
      return checked;
    }
    if (element == null) {
      throw new WrongException("has an empty entry", "take it out");
    }
    return element instanceof CharSequence ? text(element) : element;
  }

  private WrongException wrong(Object given) {
    return wrong(given, null);
  }

  private WrongException wrong(Object given, @Nullable Exception cause) {
    return new WrongException(
        "is " + shown(given),
        "write " + type.described + (description.isEmpty() ? "" : " (" + description + ")"),
        cause);
  }

  /** A text that may go to the service: what cannot be seen has no place in a prompt. */
  private static String checked(String text, int maxLength) throws WrongException {
    String hidden = hidden(text);
    if (hidden != null) {
      throw new WrongException("has " + hidden, "take it out");
    }
    int length = text.codePointCount(0, text.length());
    if (maxLength > 0 && length > maxLength) {
      throw new WrongException(
          "has " + length + " characters, at most " + maxLength + " may be", "shorten it");
    }
    return text;
  }

  /** The first control character or half of one, null without; line breaks and tabs are none. */
  static @Nullable String hidden(String text) {
    return text.codePoints()
        .filter(c -> c != '\n' && c != '\r' && c != '\t')
        .filter(c -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)
        .mapToObj("the control character U+%04X"::formatted)
        .findFirst()
        .orElse(null);
  }

  private static Type type(Object written) throws WrongException {
    for (Type type : Type.values()) {
      if (type.toString().equals(written)) {
        return type;
      }
    }
    String all = Arrays.stream(Type.values()).map(Type::toString).collect(Collectors.joining(", "));
    throw new WrongException("has the type " + shown(written), "write one of " + all);
  }

  private static boolean flag(Object written) throws WrongException {
    if (written instanceof Boolean flag) {
      return flag;
    }
    throw new WrongException("has required: " + shown(written), "write true or false");
  }

  static int length(Object written) throws WrongException {
    if (written instanceof Integer length && length >= 0) {
      return length;
    }
    throw new WrongException("has maxLength: " + shown(written), "write how many characters");
  }

  private static String shown(Object value) {
    if (value instanceof Map || value instanceof List) {
      return value instanceof Map ? "a map" : "a list";
    }
    return Printable.shorten(value instanceof String ? "\"" + value + "\"" : value.toString(), 60);
  }
}
