package io.volccv.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.volccv.error.CvException;
import io.volccv.model.ReplyHead;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who answered, and what it means. */
final class ReplyReaderTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | {\"CodeN\":100006,\"Code\":\"InvalidTimestamp\",\"Message\":\"x\"} | UnauthorizedException | InvalidTimestamp",
        "401 | {\"CodeN\":100010,\"Code\":\"SignatureDoesNotMatch\"}              | UnauthorizedException | 100010",
        "401 | {\"Code\":\"MissingSignature\"}                                    | UnauthorizedException | MissingSignature",
        "429 | {\"CodeN\":199999,\"Code\":\"SomeNewLimit\"}                       | ThrottledException    | SomeNewLimit",
        "400 | {\"Code\":\"50215\",\"Message\":\"Input invalid\"}                 | InvalidRequestException | 50215",
        "403 | {\"CodeN\":0,\"Code\":\"NeverHeardOf\"}                            | UnauthorizedException | NeverHeardOf",
      })
  void theGatewaysErrorsAreKnownByNumberOrName(int status, String error, String type, String code) {
    CvException failure =
        failure(status, "{\"ResponseMetadata\":{\"Error\":" + error + "}}", Map.of());

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.getCode()).isEqualTo(code);
    assertThat(failure.getBilled()).isEqualTo("no");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{}",
        "{\"error\":{\"message\":\"quota\",\"code\":\"x\"}}",
        "<html>",
        "{\"code\":10000,\"data\":{\"binary_data_base64\":{\"a\":\"xx\"}}",
        "{\"code\":null}",
        "{\"code\":10000.5}",
      })
  void whatIsNotTheVendorsIsMalformed(String reply) {
    assertThat(failure(200, reply, Map.of()).getClass().getSimpleName())
        .isEqualTo("MalformedReplyException");
  }

  @ParameterizedTest
  @CsvSource({
    "50299, 400, InvalidRequestException, no",
    "59999, 400, InvalidRequestException, maybe",
    "59999, 200, ServerFaultException,    maybe",
    "61234, 500, ServerFaultException,    maybe",
  })
  void aCodeThatIsNotKnownIsJudgedByItsRangeOrStatus(
      String code, int status, String type, String billed) {
    CvException failure = failure(status, "{\"code\":" + code + ",\"message\":\"m\"}", Map.of());

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.getBilled()).isEqualTo(billed);
    assertThat(failure.getMessage()).contains(code);
  }

  @Test
  void picturesThatAreNotAListAreNone() throws Exception {
    assertThat(
            read(200, "{\"code\":10000,\"data\":{\"binary_data_base64\":{\"a\":\"0\"}}}", Map.of())
                .pictures())
        .isEmpty();
  }

  @Test
  void anotherEncodingIsMalformed() {
    byte[] utf16 =
        "{\"code\":10000,\"data\":{\"binary_data_base64\":[\"AAAA\"]}}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_16LE);
    CvException failure = catchThrowableOfType(CvException.class, () -> read(200, utf16, Map.of()));
    assertThat(failure).isInstanceOf(io.volccv.error.MalformedReplyException.class);
  }

  @Test
  void inlinePicturesAreNotFetchedAgain() throws Exception {
    Reply reply =
        read(
            200,
            "{\"code\":10000,\"data\":{\"binary_data_base64\":[\"AAAA\"],\"image_urls\":[\"https://x\"]}}",
            Map.of());

    assertThat(reply.pictures()).hasSize(1);
    assertThat(reply.urls()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "7, 7000",
    "0, 0",
    "'Thu, 01 Jan 2026 00:00:30 GMT', 30000",
    "'Wed, 31 Dec 2025 00:00:00 GMT', 0",
    "999999999, 3600000",
    "soon, ",
    "-5, ",
  })
  void retryAfterIsSecondsOrADateAndCapped(String header, Long millis) {
    CvException failure =
        failure(429, "{\"code\":50429,\"message\":\"x\"}", Map.of("retry-after", header));

    assertThat(failure.getRetryAfterMillis()).isEqualTo(millis);
  }

  @Test
  void aStrangersTextCannotForgeALine() {
    CvException failure =
        failure(
            500,
            "{\"ResponseMetadata\":{\"RequestId\":\"a\\nb\",\"Error\":{\"Code\":\""
                + "x\\nERROR forged".repeat(100)
                + "\",\"Message\":\"m\\r\\nn\"}}}",
            Map.of());

    assertThat(failure.getMessage()).doesNotContain("\n", "\r").hasSizeLessThan(700);
    assertThat(failure.getCode()).doesNotContain("\n").hasSizeLessThan(70);
    assertThat(failure.getRequestId()).doesNotContain("\n");
  }

  private static CvException failure(int status, String reply, Map<String, String> headers) {
    CvException failure =
        catchThrowableOfType(CvException.class, () -> read(status, reply.getBytes(UTF_8), headers));
    assertThat(failure).as(reply).isNotNull();
    return failure;
  }

  private static Reply read(int status, String reply, Map<String, String> headers)
      throws Exception {
    return read(status, reply.getBytes(UTF_8), headers);
  }

  private static Reply read(int status, byte[] reply, Map<String, String> headers)
      throws Exception {
    ReplyReader reader =
        new ReplyReader(
            "CVProcess x", false, 1 << 20, new CountingSpool(), Clock.fixed(NOW, ZoneOffset.UTC));
    reader.head(new ReplyHead(status, headers));
    reader.data(ByteBuffer.wrap(reply));
    return reader.end();
  }
}
