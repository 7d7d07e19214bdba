package io.volccv.component;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which API parameters a message may set; messages come from strangers. */
final class MessageParams {

  /** These choose the model, call somebody, cost more, or mark the picture. */
  private static final Set<String> NOT_BY_DEFAULT =
      Set.of("req_key", "callback_url", "return_url", "force_single", "logo_info", "aigc_meta");

  private static final String HINT = "the option messageParams says which ones it may set";

  private final @Nullable Set<String> allowed;

  /**
   * @param option the names, comma separated; null or blank for all but the dangerous ones
   */
  MessageParams(@Nullable String option) {
    this.allowed =
        option == null || option.isBlank()
            ? null
            : Arrays.stream(option.split(","))
                .map(String::strip)
                .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Throws when {@code params} holds one that a message may not set.
   *
   * @param promptField the prompt's name, which a message may always set: that is what it is for
   */
  void check(Map<String, Object> params, String promptField) {
    for (String name : params.keySet()) {
      if (name.equals(promptField)) {
        continue;
      }
      if (allowed == null ? NOT_BY_DEFAULT.contains(name) : !allowed.contains(name)) {
        throw new InvalidRequestException(
            "a message may not set the parameter " + name + "; " + HINT,
            CvError.before("message", HINT),
            null);
      }
    }
  }
}
