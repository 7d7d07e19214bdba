package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the sandbox charges: the proof that nothing is paid twice.
 *
 * @param posts POST requests that arrived at the API's doors
 * @param images pictures that were charged
 * @param cny what they cost
 * @param calls every POST that ended, by its number
 */
public record Bill(long posts, long images, BigDecimal cny, List<Call> calls) {

  public Bill {
    calls = List.copyOf(calls);
  }

  /** The calls that were charged. */
  public List<Call> billed() {
    return calls.stream().filter(Call::billed).toList();
  }

  /**
   * One POST.
   *
   * @param n its number since the last reset, from 1
   * @param time of its arrival
   * @param action the query's Action
   * @param reqKey the parameter req_key
   * @param requestId of the answer
   * @param taskId of a task that was submitted or asked for
   * @param images pictures that were charged; of a submit, those of its task once that is done
   * @param fen what they cost, in hundredths of a CNY
   * @param billed whether the work was done
   * @param code of the answer, also of one that a fault kept from arriving; null when none was
   *     made. Of a submit whose task failed, the code of that
   * @param fault what went wrong on purpose
   * @param prompt the parameter prompt, its first 1000 characters
   * @param bodySha256 of the whole body; null when it did not arrive as a whole
   */
  public record Call(
      int n,
      Instant time,
      @Nullable String action,
      @Nullable String reqKey,
      String requestId,
      @Nullable String taskId,
      int images,
      int fen,
      boolean billed,
      @Nullable String code,
      Fault.@Nullable Kind fault,
      @Nullable String prompt,
      @Nullable String bodySha256) {

    public BigDecimal cny() {
      return BigDecimal.valueOf(fen, 2);
    }

    /** The line of a submit whose task succeeded. */
    Call charged(int pictures, int price) {
      return new Call(
          n,
          time,
          action,
          reqKey,
          requestId,
          taskId,
          pictures,
          price,
          true,
          code,
          fault,
          prompt,
          bodySha256);
    }

    /** The line of a submit whose task failed. */
    Call answered(String otherCode) {
      return new Call(
          n,
          time,
          action,
          reqKey,
          requestId,
          taskId,
          images,
          fen,
          billed,
          otherCode,
          fault,
          prompt,
          bodySha256);
    }

    ObjectNode json() {
      ObjectNode json = Json.MAPPER.createObjectNode();
      json.put("n", n).put("time", time.toString()).put("action", action).put("reqKey", reqKey);
      json.put("requestId", requestId)
          .put("taskId", taskId)
          .put("images", images)
          .put("cny", cny());
      json.put("billed", billed);
      if (code != null && code.matches("\\d{1,9}")) {
        json.put("code", Integer.parseInt(code));
      } else {
        json.put("code", code);
      }
      json.put("fault", fault == null ? null : fault.text()).put("prompt", prompt);
      return json.put("bodySha256", bodySha256);
    }

    static Call parse(JsonNode json) {
      String fault = text(json, "fault");
      int n = json.path("n").asInt();
      if (n < 1) {
        throw new IllegalArgumentException("a call of a bill has a number from 1, not " + n);
      }
      return new Call(
          n,
          Instant.parse(json.path("time").asText()),
          text(json, "action"),
          text(json, "reqKey"),
          json.path("requestId").asText(),
          text(json, "taskId"),
          json.path("images").asInt(),
          json.path("cny").decimalValue().movePointRight(2).intValue(),
          json.path("billed").asBoolean(),
          text(json, "code"),
          fault == null ? null : Fault.Kind.parse(fault),
          text(json, "prompt"),
          text(json, "bodySha256"));
    }

    private static @Nullable String text(JsonNode json, String field) {
      JsonNode value = json.path(field);
      return value.isNull() || value.isMissingNode() ? null : value.asText();
    }
  }
}
