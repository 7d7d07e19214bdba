package io.volccv.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two vectors were made with the vendor's own signer. */
final class SignatureTest {
  private static final String ACCESS_KEY = "AKLTEXAMPLE0000000000000000000000000000000000";
  private static final String SECRET_KEY = "U0VDUkVUS0VZRVhBTVBMRTAwMDAwMDAwMDAwMDAwMDA=";
  private static final Instant SIGNED_AT = Instant.parse("2025-01-01T12:00:00Z");
  private static final String BODY =
      "{\"req_key\":\"high_aes_scheduler_svr_controlnet_v2.0\",\"image_urls\":[\"https://xxx\"],"
          + "\"prompt\":\"一只狗\",\"return_url\":true}";
  private static final String SCOPE = "/20250101/cn-north-1/cv/request";
  private static final String SIGNATURE =
      "72307cb448e2c3256b46eada635c3071f80160deac03867ebf054fc1fcd9bb10";

  private final Signature signature = new Signature(ACCESS_KEY, SECRET_KEY, at(SIGNED_AT));

  @Test
  void theVendorsFirstVectorIsAccepted() {
    assertThat(check(headers(), BODY)).isEmpty();
  }

  @Test
  void theVendorsVectorWithASessionTokenIsAccepted() {
    Map<String, String> headers = headers();
    String body = "{\"req_key\":\"jimeng_t2i_v40\",\"prompt\":\"a dog\"}";
    headers.put(
        "x-content-sha256", "5e91174500f9cdcf2651b0fcbb3324480fe368f80e836949e4d288a4d14698b1");
    headers.put("x-security-token", "STSeyJBY2Nlc3NLZXlJZCI6IkFLVFAifQ==");
    headers.put(
        "authorization",
        "HMAC-SHA256 Credential="
            + ACCESS_KEY
            + SCOPE
            + ", SignedHeaders=content-type;host;x-content-sha256;x-date;x-security-token,"
            + " Signature=647b3e793cdab82ae2fe06d912d629196e15f03f5cc4a21376fe91e703705084");

    Optional<ApiError> error =
        signature.check(
            new Signature.Signed(
                "POST",
                "/",
                "Version=2022-08-31&Action=CVSync2AsyncSubmitTask",
                headers::get,
                Hash.of(TestCalls.utf8(body))));

    assertThat(error).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          authorization    | MissingAuthenticationToken |
          x-date           | MissingRequestInfo         |
          authorization    | InvalidAuthorization       | Basic abc
          authorization    | InvalidAuthorization       | HMAC-SHA256 nonsense
          authorization    | InvalidCredential          | HMAC-SHA256 SignedHeaders=host, Signature=00
          authorization    | InvalidCredential          | HMAC-SHA256 Credential=AK/20250101/cn-north-1/cv, SignedHeaders=host, Signature=00
          authorization    | InvalidCredential          | HMAC-SHA256 Credential=AK/20250101/us-east-1/cv/request, SignedHeaders=host, Signature=00
          authorization    | InvalidCredential          | HMAC-SHA256 Credential=AK/20250102/cn-north-1/cv/request, SignedHeaders=host, Signature=00
          authorization    | MissingSignature           | HMAC-SHA256 Credential=AK/20250101/cn-north-1/cv/request, SignedHeaders=host
          authorization    | InvalidAccessKey           | HMAC-SHA256 Credential=AK/20250101/cn-north-1/cv/request, SignedHeaders=host, Signature=00
          x-date           | InvalidTimestamp           | 20250101T121501Z
          x-date           | InvalidTimestamp           | 20250101T114459Z
          x-date           | InvalidTimestamp           | yesterday
          x-date           | SignatureDoesNotMatch      | 20250101T120001Z
          host             | SignatureDoesNotMatch      | elsewhere
          content-type     | SignatureDoesNotMatch      | application/json; charset=utf-8
          x-content-sha256 | SignatureDoesNotMatch      | 00
          x-security-token | InvalidSecretToken         | not-signed
          """)
  void whatIsWrongIsToldApart(String header, String code, String value) {
    Map<String, String> headers = headers();
    if (value == null) {
      headers.remove(header);
    } else {
      headers.put(header, value);
    }

    assertThat(check(headers, BODY)).map(ApiError::code).contains(code);
  }

  @Test
  void anotherBodyIsNoticedEvenIfItsHeaderStillMatches() {
    assertThat(check(headers(), BODY + " ")).map(ApiError::code).contains("SignatureDoesNotMatch");
  }

  @Test
  void aClockFourteenMinutesOffIsFine() {
    Signature late =
        new Signature(ACCESS_KEY, SECRET_KEY, at(SIGNED_AT.plus(Duration.ofMinutes(14))));

    assertThat(late.check(signed(headers(), BODY))).isEmpty();
  }

  @Test
  void theVectorPassesTheDoorAndAnotherSecretDoesNot() throws IOException {
    SandboxOptions options = SandboxOptions.defaults().withPort(0).withClock(at(SIGNED_AT));
    try (Sandbox right = Sandbox.start(options.withAccessKeys(ACCESS_KEY, SECRET_KEY));
        Sandbox wrong = Sandbox.start(options.withAccessKeys(ACCESS_KEY, "another"));
        RawCall accepted = new RawCall(right);
        RawCall refused = new RawCall(wrong)) {
      RawCall.Reply answer = accepted.sendSigned(headers(), BODY).read();
      RawCall.Reply error = refused.sendSigned(headers(), BODY).read();

      assertThat(answer.head()).startsWith("HTTP/1.1 200");
      assertThat(TestCalls.JSON.readTree(answer.body()).at("/data/image_urls").size()).isEqualTo(1);
      assertThat(error.head()).startsWith("HTTP/1.1 401");
      JsonNode metadata = TestCalls.JSON.readTree(error.body()).path("ResponseMetadata");
      assertThat(metadata.at("/Error/CodeN").intValue()).isEqualTo(100010);
      assertThat(metadata.at("/Error/Code").asText()).isEqualTo("SignatureDoesNotMatch");
      assertThat(metadata.path("RequestId").asText()).isNotEmpty();
      assertThat(metadata.path("Service").asText()).isEqualTo("cv");
      assertThat(wrong.bill().calls().get(0).code()).isEqualTo("100010");
    }
  }

  private Optional<ApiError> check(Map<String, String> headers, String body) {
    return signature.check(signed(headers, body));
  }

  private static Signature.Signed signed(Map<String, String> headers, String body) {
    return new Signature.Signed(
        "POST",
        "/",
        "Action=CVProcess&Version=2022-08-31",
        headers::get,
        Hash.of(TestCalls.utf8(body)));
  }

  private static Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("content-type", "application/json");
    headers.put("host", "visual.volcengineapi.com");
    headers.put(
        "x-content-sha256", "823aa86045e5e2f634671d56fa1b0165fee850fac3fe2e00f889346cbdbc3fe4");
    headers.put("x-date", "20250101T120000Z");
    headers.put(
        "authorization",
        "HMAC-SHA256 Credential="
            + ACCESS_KEY
            + SCOPE
            + ", SignedHeaders=content-type;host;x-content-sha256;x-date, Signature="
            + SIGNATURE);
    return headers;
  }

  private static Clock at(Instant time) {
    return Clock.fixed(time, ZoneOffset.UTC);
  }
}
