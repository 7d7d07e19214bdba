package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a successful call brought.
 *
 * @param reqKey the {@code req_key} that was asked
 * @param requestId the service's {@code request_id}; empty when it sent none
 * @param images the pictures in the service's order; auxiliary ones (an edge map) come last
 * @param fields the fields of the answer's {@code data} without pictures, with their JSON types
 * @param seed the seed that was really used, as far as the answer tells it
 * @param cost what the call costs by the model data; empty when the price is not known
 */
public record CvResult(
    String reqKey,
    String requestId,
    List<CvImage> images,
    Map<String, Object> fields,
    Optional<Long> seed,
    Optional<Money> cost) {

  public CvResult {
    requireNonNull(reqKey, "reqKey is null");
    requireNonNull(requestId, "requestId is null");
    images = List.copyOf(images);
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    requireNonNull(seed, "seed is null");
    requireNonNull(cost, "cost is null");
  }

  /**
   * The task's id, when the call was one that has a task. Always text: it has 19 digits and more.
   */
  public Optional<String> taskId() {
    return fields.get("task_id") instanceof String id ? Optional.of(id) : Optional.empty();
  }

  /** The same result with holds of its own on the pictures. */
  public CvResult share() {
    List<CvImage> shared = images.stream().map(CvImage::share).toList();
    return new CvResult(reqKey, requestId, shared, fields, seed, cost);
  }

  /** Lets go of all pictures. */
  public void release() {
    images.forEach(CvImage::release);
  }
}
