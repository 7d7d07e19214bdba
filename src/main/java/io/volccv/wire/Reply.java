package io.volccv.wire;

import io.volccv.model.CvImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A successful answer (code 10000), read whole.
 *
 * @param requestId the service's {@code request_id}, empty when it sent none
 * @param pictures the inlined pictures, in the spool
 * @param urls where further results are to be fetched: {@code image_urls}, {@code video_url},
 *     {@code url}; also those inside {@code resp_data}
 * @param fields {@code data} without pictures, with JSON types
 * @param seed the seed that was used, as far as the answer tells it
 */
public record Reply(
    String requestId,
    List<CvImage> pictures,
    List<String> urls,
    Map<String, Object> fields,
    Optional<Long> seed) {

  /** The id of the task that was submitted: always text, it has 19 digits and more. */
  public Optional<String> taskId() {
    return Optional.ofNullable(fields.get("task_id"))
        .map(Object::toString)
        .filter(id -> !id.isBlank());
  }
}
