package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One wish, merged and checked: what is asked of the service, without how it is sent.
 *
 * @param reqKey the vendor's {@code req_key}, which names the model
 * @param params the other fields of the body with their JSON types (String, Number, Boolean, Map,
 *     List or null), in order; without {@code req_key} and without inlined pictures
 * @param pictures input pictures, in the order that {@code binary_data_index} counts
 * @param jobKey the name under which the wish is paid at most once; empty means unprotected
 * @param route where the wish comes from, whose budget it uses too; empty without one
 */
public record CvRequest(
    String reqKey,
    Map<String, Object> params,
    List<? extends Content> pictures,
    Optional<String> jobKey,
    Optional<String> route) {

  public CvRequest {
    requireNonNull(reqKey, "reqKey is null");
    params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
    pictures = List.copyOf(pictures);
    requireNonNull(jobKey, "jobKey is null");
    requireNonNull(route, "route is null");
  }

  /** A wish that comes from no route. */
  public CvRequest(
      String reqKey,
      Map<String, Object> params,
      List<? extends Content> pictures,
      Optional<String> jobKey) {
    this(reqKey, params, pictures, jobKey, Optional.empty());
  }

  /** The prompt, empty when the parameters hold none. */
  public String prompt() {
    return params.get("prompt") instanceof String prompt ? prompt : "";
  }
}
