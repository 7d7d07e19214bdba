package io.volccv.component;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Content;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Refuses pictures in parameters that the service would not take, or not see. */
final class InlinedPictures {

  private static final String FIELD = "binary_data_base64";

  private InlinedPictures() {}

  /**
   * @param pictures those of the body
   */
  static void check(Map<String, Object> params, List<Content> pictures) {
    if (params.containsKey(FIELD) && !pictures.isEmpty()) {
      throw invalid(
          "there are pictures in the body and in the parameter " + FIELD, "keep one of the two");
    }
    params.forEach(
        (name, value) -> {
          if (isDataUrl(value) || (value instanceof List<?> list && hasDataUrl(list))) {
            throw invalid(
                "the parameter " + name + " begins with data:",
                "write a web address, or the base64 alone into " + FIELD);
          }
        });
  }

  private static boolean hasDataUrl(List<?> values) {
    return values.stream().anyMatch(InlinedPictures::isDataUrl);
  }

  /** A prompt may begin with these five letters as well. */
  private static boolean isDataUrl(@Nullable Object value) {
    if (!(value instanceof String text) || !text.regionMatches(true, 0, "data:", 0, 5)) {
      return false;
    }
    int comma = text.indexOf(',');
    return comma > 0 && text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64");
  }

  private static InvalidRequestException invalid(String what, String hint) {
    return new InvalidRequestException(what + "; " + hint, CvError.before("message", hint), null);
  }
}
