package io.volccv.component;

import io.volccv.client.ModelSpec;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives a scalar parameter of a URI its JSON type back: in a URI everything is text. The model data
 * knows the type; of an unknown parameter the text itself tells.
 */
final class ScalarParam {

  /** 1e999999999 is a short text and a number that no heap holds. */
  private static final int MAX_ZEROS = 100;

  private ScalarParam() {}

  static Object typed(String name, Object value, ModelSpec model) {
    if (!(value instanceof String text)) {
      return value;
    }
    if (text.matches("(?s)\\s*[{\\[].*[}\\]]\\s*")) {
      throw wrong(name, "is no scalar", "put nested values into a file and name it in params");
    }
    ModelSpec.Param known = known(name, model.params());
    return known == null ? guessed(text) : restored(name, text, known.type());
  }

  /** A dot leads into an object: {@code logo_info.position}. */
  private static ModelSpec.@Nullable Param known(String path, Map<String, ModelSpec.Param> params) {
    int dot = path.indexOf('.');
    if (dot < 0) {
      return params.get(path);
    }
    ModelSpec.Param outer = params.get(path.substring(0, dot));
    return outer == null ? null : known(path.substring(dot + 1), outer.fields());
  }

  private static Object restored(String name, String text, ModelSpec.Type type) {
    try {
      return switch (type) {
        case STRING -> text;
        case INTEGER -> integer(new BigDecimal(text.strip()));
        case NUMBER -> number(text.strip());
        case BOOLEAN -> bool(name, text.strip());
        case OBJECT -> throw wrong(name, "is no scalar", "write param." + name + ".FIELD=value");
        case ARRAY -> throw wrong(name, "is no scalar", "put it into a file and name it in params");
      };
    } catch (NumberFormatException | ArithmeticException e) {
      String expected = "write a JSON " + type;
      throw new IllegalArgumentException(
          wrong(name, "\"" + text + "\" has the wrong type", expected).getMessage(), e);
    }
  }

  private static boolean bool(String name, String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong(name, "\"" + text + "\" has the wrong type", "write true or false");
    };
  }

  private static Object guessed(String text) {
    if (text.equals("true") || text.equals("false")) {
      return Boolean.valueOf(text);
    }
    return text.matches("-?(0|[1-9]\\d{0,17})(\\.\\d+)?") ? number(text) : text;
  }

  private static Number number(String text) {
    BigDecimal exact = new BigDecimal(text);
    return text.matches("-?\\d+") ? integer(exact) : exact;
  }

  private static Number integer(BigDecimal exact) {
    if (exact.scale() < -MAX_ZEROS) {
      throw new ArithmeticException("a number of millions of digits");
    }
    BigInteger whole = exact.toBigIntegerExact();
    return whole.bitLength() < 64 ? (Number) whole.longValue() : whole;
  }

  private static IllegalArgumentException wrong(String name, String what, String instead) {
    return EndpointOptions.wrong("param." + name, what, instead);
  }
}
