package io.volccv.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.model.Money;
import io.volccv.picture.PngText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Handler;
import org.jspecify.annotations.Nullable;

/**
 * The step after the call that writes into PNG pictures where they come from. One step for all
 * sinks, so that each of them gets, and knows again, the same bytes; and for the same reason only
 * what the ledger knows, too, so that they are the same after a crash: no time, no count of
 * attempts.
 *
 * <p><b>Body in</b>: the {@link CvResult}. <b>Body out</b>: one whose PNG pictures have a text with
 * the keyword {@value PngText#KEYWORD}: JSON with {@code prompt, reqKey, seed, requestId, taskId,
 * params, costCny, inputSha256, jobKey}. Other formats, and pictures that carry a mark of their
 * origin already, are not changed.
 */
public final class Provenance {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
  private static final int MAX_CHARS = 60_000;
  private static final String PARAMS = "params";
  private static final String SEED = "seed";

  /** A picture in the request, of which nobody wants a copy in the result. */
  private static final String INLINE = "binary_data_base64";

  private boolean inPicture = true;

  /** {@code picture} for in the picture, too; {@code beside} for in the file beside it only. */
  public void setPlace(String place) {
    if (!List.of("picture", "beside").contains(place)) {
      throw new IllegalArgumentException(
          "volccv.provenance: '" + place + "' is not known; write picture or beside");
    }
    this.inPicture = place.equals("picture");
  }

  /** Replaces the result in the body. */
  @Handler
  public void embed(Exchange exchange) throws IOException {
    if (!inPicture || !(exchange.getMessage().getBody() instanceof CvResult result)) {
      return;
    }
    String text = text(exchange, result);
    List<CvImage> images = new ArrayList<>();
    for (CvImage image : result.images()) {
      images.add(PngText.with(image, text));
    }
    exchange
        .getMessage()
        .setBody(
            new CvResult(
                result.reqKey(),
                result.requestId(),
                images,
                result.fields(),
                result.seed(),
                result.cost()));
  }

  private static String text(Exchange exchange, CvResult result) throws JsonProcessingException {
    JobKey.Asked asked = JobKey.Asked.of(exchange);
    Map<String, Object> params = new LinkedHashMap<>(asked == null ? Map.of() : asked.params());
    params.remove(INLINE);
    result.seed().ifPresent(seed -> params.put(SEED, seed));
    Map<String, Object> fields = known(exchange, result, params);
    String text = JSON.writeValueAsString(fields);
    if (text.length() > MAX_CHARS) {
      fields.remove(PARAMS);
      text = JSON.writeValueAsString(fields);
    }
    return text;
  }

  /**
   * What is known of a result apart from when and how it was delivered.
   *
   * @param params those that were sent
   */
  static Map<String, Object> known(Exchange exchange, CvResult result, Map<String, Object> params) {
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    JobKey.@Nullable Asked asked = JobKey.Asked.of(exchange);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("prompt", asked == null ? null : asked.prompt());
    fields.put("reqKey", result.reqKey());
    fields.put(SEED, result.seed().<Object>map(seed -> seed).orElse(params.get(SEED)));
    fields.put("requestId", result.requestId());
    fields.put("taskId", result.taskId().orElse(null));
    fields.put(PARAMS, params);
    fields.put("costCny", result.cost().map(Money::cny).orElse(null));
    fields.put("inputSha256", job == null ? null : job.inputSha256());
    fields.put("jobKey", asked == null ? null : asked.jobKey());
    return fields;
  }
}
