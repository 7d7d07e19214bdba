package io.volccv.component;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Refuses {@code data:} URLs where the service wants a web address. In {@code binary_data_base64}
 * the prefix is taken off instead, since what follows it is what the service wants there.
 */
final class DataUrls {

  private static final String INLINE = "binary_data_base64";

  private DataUrls() {}

  /** Throws when a parameter begins with {@code data:...;base64,}. */
  static void refuse(Map<String, Object> params) {
    params.forEach(
        (name, value) -> {
          boolean found =
              value instanceof List<?> list ? list.stream().anyMatch(DataUrls::is) : is(value);
          if (found && !name.equals(INLINE)) {
            String hint = "write a web address, or the base64 into " + INLINE;
            throw new InvalidRequestException(
                "the parameter " + name + " begins with data:; " + hint,
                CvError.before("message", hint),
                null);
          }
        });
  }

  /** A prompt may begin with these five letters as well. */
  private static boolean is(@Nullable Object value) {
    if (!(value instanceof String text) || !text.regionMatches(true, 0, "data:", 0, 5)) {
      return false;
    }
    int comma = text.indexOf(',');
    return comma > 0 && text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64");
  }
}
