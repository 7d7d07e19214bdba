package io.volccv.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.error.CvException;
import io.volccv.error.ErrorTable;
import io.volccv.error.ErrorTable.Layer;
import io.volccv.model.CvImage;
import io.volccv.model.ReplyHead;
import java.io.IOException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The vendor's envelopes. It decides by structure alone: a {@code ResponseMetadata} is the
 * gateway's answer, a {@code code} the service's, and an answer without either is somebody else's -
 * never "code 0".
 *
 * @see <a href="https://www.volcengine.com/docs/6791/1347773">the answer of CVProcess</a>
 */
final class Envelope {

  private static final String SUCCESS = "10000";

  /** A server that asks for more does not know what it says. */
  private static final long MAX_RETRY_AFTER_MILLIS = 3_600_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final TypeReference<LinkedHashMap<String, Object>> FIELDS =
      new TypeReference<>() {};

  private final String asked;
  private final boolean freeCall;
  private final Clock clock;

  Envelope(String asked, boolean freeCall, Clock clock) {
    this.asked = asked;
    this.freeCall = freeCall;
    this.clock = clock;
  }

  /**
   * What the answer means.
   *
   * @param kept the JSON with indices into {@code pictures} in the place of base64 texts
   * @throws CvException when it is not a success
   */
  Reply open(ReplyHead head, byte[] kept, List<CvImage> pictures) {
    JsonNode root = parse(head, kept);
    JsonNode metadata = root.path("ResponseMetadata");
    if (metadata.isObject()) {
      throw gateway(head, metadata);
    }
    String code = code(root.path("code"));
    if (code == null) {
      String said = root.path("error").path("message").asText("");
      throw foreign(head, said.isEmpty() ? "it has no code" : said, null);
    }
    String requestId = root.path("request_id").asText("");
    if (!code.equals(SUCCESS)) {
      String message = root.path("message").asText("");
      throw error(head, Layer.BUSINESS, code, message, requestId, null);
    }
    return success(head, requestId, root.path("data"), pictures);
  }

  /** An answer that is not the vendor's; the HTTP status decides what it is. */
  CvException foreign(ReplyHead head, String reason, @Nullable Throwable cause) {
    String message = "the answer is not the vendor's: " + reason;
    return error(head, Layer.BUSINESS, null, message, "", cause);
  }

  /** An answer that is not read to its end; it may be the vendor's. */
  CvException tooLong(ReplyHead head, long maxReplyBytes) {
    String message = "the answer is longer than " + maxReplyBytes + " bytes, see maxReplyBytes";
    return error(head, Layer.BUSINESS, null, message, "", null);
  }

  private JsonNode parse(ReplyHead head, byte[] kept) {
    try {
      JsonNode root = JSON.readTree(kept);
      if (root.isObject()) {
        return root;
      }
      throw foreign(head, kept.length == 0 ? "it is empty" : "it is JSON but no object", null);
    } catch (JsonProcessingException | NumberFormatException e) {
      throw foreign(head, isHtml(kept) ? "it is an HTML page" : "it is not JSON, or was cut", e);
    } catch (IOException e) {
      throw new IllegalStateException("bytes in memory cannot be read", e);
    }
  }

  private static boolean isHtml(byte[] kept) {
    for (byte b : kept) {
      if (b > ' ') {
        return b == '<';
      }
    }
    return false;
  }

  private CvException gateway(ReplyHead head, JsonNode metadata) {
    JsonNode error = metadata.path("Error");
    String number = code(error.path("CodeN"));
    String name = error.path("Code").asText("");
    boolean named = !name.isEmpty() && (number == null || !ErrorTable.knows(number));
    String code = named ? name : number;
    if (code == null) {
      return foreign(head, "it has ResponseMetadata without an error", null);
    }
    String message = error.path("Message").asText("");
    String said = name.equals(code) || message.contains(name) ? message : name + ": " + message;
    return error(head, Layer.GATEWAY, code, said, metadata.path("RequestId").asText(""), null);
  }

  /** A code as text, whether the server wrote a number or a text; null when there is none. */
  private static @Nullable String code(JsonNode code) {
    return code.isIntegralNumber() || (code.isTextual() && code.textValue().matches("\\d{1,9}"))
        ? code.asText()
        : null;
  }

  private CvException error(
      ReplyHead head,
      Layer layer,
      @Nullable String code,
      String message,
      String requestId,
      @Nullable Throwable cause) {
    return ErrorTable.toException(
        new ErrorTable.Answer(
            asked,
            layer,
            code,
            message,
            head.status(),
            requestId.isEmpty() ? null : requestId,
            head.header("retry-after").map(this::millis).orElse(null),
            freeCall),
        cause);
  }

  /**
   * {@code Retry-After} comes as seconds or as a date (RFC 9110, 10.2.3); others are passed over.
   */
  private @Nullable Long millis(String retryAfter) {
    String text = retryAfter.strip();
    if (text.matches("\\d{1,9}")) {
      return Math.min(MAX_RETRY_AFTER_MILLIS, Long.parseLong(text) * 1000);
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
      long millis = Duration.between(clock.instant(), date).toMillis();
      return Math.min(MAX_RETRY_AFTER_MILLIS, Math.max(0, millis));
    } catch (DateTimeException e) {
      return null;
    }
  }

  private Reply success(ReplyHead head, String requestId, JsonNode data, List<CvImage> pictures) {
    List<CvImage> found = new ArrayList<>();
    JsonNode inline = data.path(RequestBody.PICTURES);
    for (JsonNode index : inline.isTextual() ? List.of(inline) : inline) {
      if (index.isTextual() && (inline.isArray() || inline.isTextual())) {
        CvImage picture = picture(head, index.textValue(), pictures);
        if (picture.length() > 0) {
          found.add(picture);
        }
      }
    }
    List<String> urls = new ArrayList<>();
    if (found.isEmpty()) {
      addUrls(urls, data);
      if (urls.isEmpty() && data.path("resp_data").isTextual()) {
        addUrls(urls, inside(data.path("resp_data").textValue()));
      }
    }
    return new Reply(requestId, found, urls, fields(head, data), seed(data));
  }

  /** The text is an index of ours, unless the reply is in an encoding that we did not look into. */
  private CvImage picture(ReplyHead head, String index, List<CvImage> pictures) {
    if (index.matches("\\d{1,6}") && Integer.parseInt(index) < pictures.size()) {
      return pictures.get(Integer.parseInt(index));
    }
    throw foreign(head, "its pictures cannot be read", null);
  }

  private static void addUrls(List<String> urls, JsonNode data) {
    data.path("image_urls").forEach(url -> addUrl(urls, url));
    addUrl(urls, data.path("video_url"));
    addUrl(urls, data.path("url"));
  }

  /** Some tasks answer with JSON in a text; one that is not JSON is an answer of its own. */
  private static JsonNode inside(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException | NumberFormatException e) {
      return JSON.missingNode();
    }
  }

  private static void addUrl(List<String> urls, JsonNode url) {
    if (url.isTextual() && !url.textValue().isEmpty()) {
      urls.add(url.textValue());
    }
  }

  private Map<String, Object> fields(ReplyHead head, JsonNode data) {
    if (!data.isObject()) {
      return Map.of();
    }
    try {
      Map<String, Object> fields = JSON.convertValue(data, FIELDS);
      fields.remove(RequestBody.PICTURES);
      return fields;
    } catch (IllegalArgumentException e) {
      throw foreign(head, "its data cannot be read", e);
    }
  }

  /** The models put the seed that they drew in different places; a missing one is no error. */
  private static Optional<Long> seed(JsonNode data) {
    JsonNode params = data.path("infer_ctx").path("params");
    for (JsonNode place :
        List.of(data.path("seed"), params.path("seed"), params.path("req_seed"))) {
      if (place.isIntegralNumber() && place.longValue() >= 0) {
        return Optional.of(place.longValue());
      }
    }
    return Optional.empty();
  }
}
