package io.volccv.error;

import static io.volccv.error.CvError.Billed.MAYBE;
import static io.volccv.error.CvError.Billed.NO;
import static io.volccv.error.ErrorTable.Layer.BUSINESS;
import static io.volccv.error.ErrorTable.Layer.GATEWAY;
import static io.volccv.error.ErrorTable.Retry.FREE_CALL;
import static io.volccv.error.ErrorTable.Retry.NEVER;
import static io.volccv.error.ErrorTable.Retry.NEW_SEED;
import static io.volccv.error.ErrorTable.Retry.YES;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which answer becomes which exception: the one table. A code decides; without a code the HTTP
 * status does; without either the reply is malformed.
 *
 * @see <a href="https://www.volcengine.com/docs/6444/69728">the vendor's error codes</a>
 */
public final class ErrorTable {

  /** Who answered: the service itself, or the vendor's gateway before it. */
  public enum Layer {
    BUSINESS,
    GATEWAY
  }

  /** When the same wish may be sent again. */
  public enum Retry {
    NEVER,
    YES,
    NEW_SEED,
    /** Only when the call costs nothing, such as a result query. */
    FREE_CALL
  }

  private interface Kind {
    CvException create(String message, CvError error, @Nullable Throwable cause);
  }

  /**
   * One row.
   *
   * @param code the number, or the gateway's name for rows without one
   * @param name the vendor's name or message
   * @param type the exception
   */
  public record Row(
      Layer layer,
      String code,
      String name,
      Class<? extends CvException> type,
      Retry retry,
      CvError.Billed billed,
      String stage,
      String hint) {}

  /**
   * What came back, taken apart.
   *
   * @param asked what was asked, for example {@code CVProcess jimeng_t2i_v40}
   * @param layer who answered
   * @param code its code, null without one
   * @param message its words; shortened, and without control characters, before they are shown
   * @param httpStatus the HTTP status
   * @param requestId the service's id of the request, null without one
   * @param retryAfterMillis what a {@code Retry-After} header asked for, null without one
   * @param freeCall whether the call costs nothing, so that repeating it does no harm
   */
  public record Answer(
      String asked,
      Layer layer,
      @Nullable String code,
      String message,
      int httpStatus,
      @Nullable String requestId,
      @Nullable Long retryAfterMillis,
      boolean freeCall) {}

  private static final String CHECK_ACCESS =
      "check that req_key is spelled as in the vendor's documentation, that this service is opened and paid for in the"
          + " console, and that the keys are right";
  private static final String WAIT = "wait and try again; a lower rate or concurrency avoids it";
  private static final String NEW_INPUT = "change the input; the same one is refused again";
  private static final String NEW_SEED_HINT =
      "another seed may pass; leave seed out or set it to -1";
  private static final String CHECK_KEYS = "check accessKeyId and secretAccessKey";
  private static final String VENDOR =
      "the vendor failed inside; ask with the request id when it stays";

  private static final List<Row> ROWS =
      List.of(
          invalid("50200", "ECReqInvalidArgs", "correct the parameter that the message names"),
          invalid("50201", "ECReqMissingArgs", "add the parameter that the message names"),
          invalid("50204", "ECParseArgs", "check req_key and the JSON types of the parameters"),
          invalid("50205", "ECImageSizeLimited", "send a smaller picture"),
          invalid("50206", "ECImageEmpty", "send a picture"),
          invalid(
              "50207",
              "ECImageDecodeError",
              "send a whole JPEG or PNG, without a data: prefix; a picture URL must be reachable for the vendor"),
          invalid("50209", "ECVideoEmpty", "send a video"),
          invalid("50210", "ECVideoDecodeError", "send a video that the vendor can decode"),
          invalid("50211", "ECVideoSizeLimited", "send a smaller video"),
          invalid("50213", "ECReqBodySizeLimited", "send fewer or smaller pictures"),
          invalid("50214", "ECVideoTimeTooLong", "send a shorter video"),
          invalid("50215", "ECRPCProcess", "check the parameters against the model's page"),
          content("50218", "Resource exists risk", "input"),
          denied(BUSINESS, "50400", "ECAuth", CHECK_ACCESS),
          invalid("50402", "ECReqMethod", "there is no such Action or Version; check baseUrl"),
          content("50411", "Pre Img Risk Not Pass", "input image"),
          content("50412", "Text Risk Not Pass", "input text"),
          content("50413", "Post Text Risk Not Pass", "input text"),
          throttled(BUSINESS, "50429", "Request Has Reached API Limit", "rate"),
          throttled(BUSINESS, "50430", "Request Has Reached API Concurrent Limit", "concurrency"),
          fault("50500", "Internal Error"),
          fault("50501", "Internal RPC Error"),
          output("50511", "Post Img Risk Not Pass", "output image"),
          content("50512", "Post Text Risk Not Pass", "output text"),
          content("50513", "Pre Video Risk Not Pass", "input video"),
          content("50514", "Pre Audio Risk Not Pass", "input audio"),
          output("50516", "Post Video Risk Not Pass", "output video"),
          output("50517", "Post Audio Risk Not Pass", "output audio"),
          content("50518", "Pre Img Risk Not Pass: Copyright", "input image"),
          output("50519", "Post Img Risk Not Pass: Copyright", "output image"),
          fault("50520", "Risk Internal Error"),
          fault("50521", "Antidirt Internal Error"),
          fault("50522", "Image Copyright Internal Error"),
          invalid("60102", "ECJPFaceDetect", "send a picture that shows a face"),
          content("60208", "ECFSLeaderRiskError", "input image"),
          gatewayInvalid(
              "100004", "MissingRequestInfo", "a proxy may have dropped a header; check baseUrl"),
          denied(GATEWAY, "100009", "InvalidAccessKey", CHECK_KEYS),
          denied(
              GATEWAY,
              "100010",
              "SignatureDoesNotMatch",
              CHECK_KEYS + "; a proxy must not rewrite the request"),
          denied(
              GATEWAY,
              "100012",
              "LackPolicy",
              "the access key lacks the policy for the visual service"),
          denied(
              GATEWAY, "100013", "AccessDenied", "the access key may not use the visual service"),
          throttled(GATEWAY, "100018", "FlowLimitExceeded", "rate"),
          denied(GATEWAY, "100024", "InvalidAuthorization", CHECK_KEYS),
          denied(GATEWAY, "100025", "InvalidCredential", CHECK_KEYS),
          denied(
              GATEWAY,
              "100026",
              "InvalidSecretToken",
              "the session token has expired; set a fresh one"),
          gatewayInvalid(
              "MissingParameter",
              "MissingParameter",
              "Action or Version is missing; check baseUrl"),
          denied(GATEWAY, "MissingAuthenticationToken", "MissingAuthenticationToken", CHECK_KEYS),
          denied(GATEWAY, "MissingSignature", "MissingSignature", CHECK_KEYS),
          denied(
              GATEWAY, "InvalidTimestamp", "InvalidTimestamp", "check the clock of this machine"),
          gatewayInvalid(
              "InvalidActionOrVersion",
              "InvalidActionOrVersion",
              "there is no such Action or Version; check baseUrl"));

  /** The same code has another meaning when it answers a query. */
  private static final Row EXPIRED =
      new Row(
          BUSINESS,
          "50215",
          "ECRPCProcess",
          TaskExpiredException.class,
          NEVER,
          MAYBE,
          "task",
          "the service does not know this task: it expired, or req_key or pair are not those of the submit");

  private static final Map<String, Row> BY_CODE =
      Stream.concat(
              ROWS.stream().map(row -> Map.entry(row.code(), row)),
              ROWS.stream()
                  .filter(row -> row.layer() == GATEWAY && !row.name().equals(row.code()))
                  .map(row -> Map.entry(row.name(), row)))
          .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Map<Class<? extends CvException>, Kind> KINDS =
      Map.of(
          InvalidRequestException.class, InvalidRequestException::new,
          ContentRejectedException.class, ContentRejectedException::new,
          OutputRejectedException.class, OutputRejectedException::new,
          ThrottledException.class, ThrottledException::new,
          UnauthorizedException.class, UnauthorizedException::new,
          ServerFaultException.class, ServerFaultException::new,
          TaskExpiredException.class, TaskExpiredException::new,
          MalformedReplyException.class, MalformedReplyException::new);

  private ErrorTable() {}

  /** Whether a code, or a gateway's name for one, is in the table. */
  public static boolean knows(String code) {
    return BY_CODE.containsKey(code);
  }

  /** All rows with a code, in the vendor's order. */
  public static List<Row> rows() {
    return ROWS;
  }

  /**
   * The exception for an answer that is not a success.
   *
   * @param cause why the answer could not be read, null when it could
   */
  public static CvException toException(Answer answer, @Nullable Throwable cause) {
    Row row = row(answer);
    String code = answer.code() == null ? null : Printable.shorten(answer.code(), 64);
    String requestId =
        answer.requestId() == null ? null : Printable.shorten(answer.requestId(), 80);
    boolean retryable =
        switch (row.retry()) {
          case YES -> true;
          case FREE_CALL -> answer.freeCall();
          case NEVER, NEW_SEED -> false;
        };
    CvError error =
        new CvError(
            code,
            answer.httpStatus(),
            requestId,
            row.stage(),
            retryable,
            row.billed(),
            answer.retryAfterMillis(),
            row.hint());
    Kind kind = KINDS.get(row.type());
    return java.util.Objects.requireNonNull(kind, row.code())
        .create(message(answer, row, code, requestId), error, cause);
  }

  private static Row row(Answer answer) {
    String code = answer.code();
    if (code == null) {
      return byStatus(answer.httpStatus());
    }
    if (code.equals(EXPIRED.code()) && answer.freeCall()) {
      return EXPIRED;
    }
    Row known = BY_CODE.get(code);
    if (known != null) {
      return known;
    }
    if (code.matches("502\\d\\d")) {
      return invalid(code, "", "correct the request as the message says");
    }
    if (answer.layer() == GATEWAY) {
      return byStatus(answer.httpStatus());
    }
    String hint =
        "code "
            + Printable.shorten(code, 64)
            + " is not known to this version; see the vendor's table";
    return answer.httpStatus() >= 400 && answer.httpStatus() < 500
        ? new Row(
            answer.layer(), code, "", InvalidRequestException.class, NEVER, MAYBE, "service", hint)
        : new Row(
            answer.layer(),
            code,
            "",
            ServerFaultException.class,
            FREE_CALL,
            MAYBE,
            "service",
            hint);
  }

  /** An answer without a code of the vendor's: a proxy, a relay, or not our service at all. */
  private static Row byStatus(int status) {
    if (status == 401 || status == 403) {
      return foreign(UnauthorizedException.class, NEVER, NO, "check the credentials and baseUrl");
    }
    if (status == 429) {
      return foreign(ThrottledException.class, YES, NO, WAIT);
    }
    if (status >= 400 && status < 500) {
      return foreign(InvalidRequestException.class, NEVER, NO, "check baseUrl with its path");
    }
    if (status >= 500) {
      return foreign(
          ServerFaultException.class,
          FREE_CALL,
          MAYBE,
          "a proxy answered; the call may have reached the service");
    }
    return foreign(
        MalformedReplyException.class,
        NEVER,
        MAYBE,
        "check baseUrl, and look into the bill before sending it again");
  }

  private static String message(
      Answer answer, Row row, @Nullable String code, @Nullable String requestId) {
    StringBuilder text = new StringBuilder(answer.asked()).append(": ");
    if (code != null) {
      text.append(code).append(' ');
      if (!row.name().isEmpty()
          && !answer.message().contains(row.name())
          && !row.name().equals(row.code())) {
        text.append(row.name()).append(": ");
      }
    }
    text.append(
        Printable.shorten(answer.message().isBlank() ? "no message" : answer.message(), 300));
    text.append(" (HTTP ").append(answer.httpStatus());
    if (requestId != null) {
      text.append(", request ").append(requestId);
    }
    return text.append("); ").append(row.hint()).toString();
  }

  private static Row invalid(String code, String name, String hint) {
    return new Row(BUSINESS, code, name, InvalidRequestException.class, NEVER, NO, "request", hint);
  }

  private static Row gatewayInvalid(String code, String name, String hint) {
    return new Row(GATEWAY, code, name, InvalidRequestException.class, NEVER, NO, "gateway", hint);
  }

  private static Row content(String code, String name, String stage) {
    return new Row(
        BUSINESS, code, name, ContentRejectedException.class, NEVER, NO, stage, NEW_INPUT);
  }

  private static Row output(String code, String name, String stage) {
    return new Row(
        BUSINESS, code, name, OutputRejectedException.class, NEW_SEED, NO, stage, NEW_SEED_HINT);
  }

  private static Row throttled(Layer layer, String code, String name, String stage) {
    return new Row(layer, code, name, ThrottledException.class, YES, NO, stage, WAIT);
  }

  private static Row denied(Layer layer, String code, String name, String hint) {
    String stage = "credentials";
    return new Row(layer, code, name, UnauthorizedException.class, NEVER, NO, stage, hint);
  }

  private static Row fault(String code, String name) {
    return new Row(
        BUSINESS, code, name, ServerFaultException.class, FREE_CALL, NO, "service", VENDOR);
  }

  private static Row foreign(
      Class<? extends CvException> type, Retry retry, CvError.Billed billed, String hint) {
    return new Row(BUSINESS, "", "", type, retry, billed, "reply", hint);
  }
}
