package io.volccv.signing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.model.Content;
import io.volccv.model.HttpCall;
import io.volccv.signing.Credentials.AccessKey;
import io.volccv.signing.Credentials.ApiKey;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The vectors were made with the vendor's own Java signer. */
final class CredentialsTest {

  private static final Instant NOW = Instant.parse("2025-01-01T12:00:00Z");
  private static final String ID = "AKLTEXAMPLE0000000000000000000000000000000000";
  private static final String SECRET = "U0VDUkVUS0VZRVhBTVBMRTAwMDAwMDAwMDAwMDAwMDA=";

  @Test
  void signsASynchronousCallAsTheVendorsSignerDoes() throws Exception {
    HttpCall call =
        call(
            "CVProcess",
            """
            {"req_key":"high_aes_scheduler_svr_controlnet_v2.0","image_urls":["https://xxx"],"prompt":"一只狗","return_url":true}\
            """);

    HttpCall signed = accessKey(null).sign(call, NOW);

    assertThat(signed.headers())
        .containsEntry("X-Date", "20250101T120000Z")
        .containsEntry(
            "X-Content-Sha256", "823aa86045e5e2f634671d56fa1b0165fee850fac3fe2e00f889346cbdbc3fe4")
        .containsEntry(
            "Authorization",
            "HMAC-SHA256 Credential="
                + ID
                + "/20250101/cn-north-1/cv/request,"
                + " SignedHeaders=content-type;host;x-content-sha256;x-date,"
                + " Signature=72307cb448e2c3256b46eada635c3071f80160deac03867ebf054fc1fcd9bb10");
  }

  @Test
  void signsTheSessionTokenToo() throws Exception {
    HttpCall call =
        call("CVSync2AsyncSubmitTask", "{\"req_key\":\"jimeng_t2i_v40\",\"prompt\":\"a dog\"}");

    HttpCall signed = accessKey("STSeyJBY2Nlc3NLZXlJZCI6IkFLVFAifQ==").sign(call, NOW);

    assertThat(signed.headers())
        .containsEntry("X-Security-Token", "STSeyJBY2Nlc3NLZXlJZCI6IkFLVFAifQ==");
    assertThat(signed.headers().get("Authorization"))
        .contains("SignedHeaders=content-type;host;x-content-sha256;x-date;x-security-token,")
        .endsWith("Signature=647b3e793cdab82ae2fe06d912d629196e15f03f5cc4a21376fe91e703705084");
  }

  @Test
  void signsEachAttemptAfresh() throws Exception {
    HttpCall call = call("CVProcess", "{}");

    HttpCall first = accessKey(null).sign(call, NOW);
    HttpCall second = accessKey(null).sign(first, NOW.plusSeconds(60));

    assertThat(second.headers())
        .containsEntry("X-Date", "20250101T120100Z")
        .hasSize(first.headers().size());
    assertThat(second.headers().get("Authorization"))
        .isNotEqualTo(first.headers().get("Authorization"));
  }

  @Test
  void anApiKeyIsABearer() throws Exception {
    assertThat(new ApiKey("secret-1").sign(call("CVProcess", "{}"), NOW).headers())
        .containsEntry("Authorization", "Bearer secret-1");
  }

  @Test
  void neverShowsASecret() throws Exception {
    assertThat(new ApiKey("secret-1").toString()).doesNotContain("secret-1");
    assertThat(accessKey("token-1").toString()).doesNotContain(ID, SECRET, "token-1");
    assertThat(accessKey(null).sign(call("CVProcess", "{}"), NOW).toString())
        .doesNotContain(ID, "HMAC");
  }

  @Test
  void refusesBlankKeys() {
    assertThatThrownBy(() -> new ApiKey(" ")).hasMessage("apiKey is blank");
    assertThatThrownBy(() -> new AccessKey("id", "", null, "cn-north-1", "cv"))
        .hasMessage("secretAccessKey is blank");
  }

  private static AccessKey accessKey(@Nullable String sessionToken) {
    return new AccessKey(ID, SECRET, sessionToken, "cn-north-1", "cv");
  }

  private static HttpCall call(String action, String body) {
    return new HttpCall(
        URI.create("https://visual.volcengineapi.com/?Version=2022-08-31&Action=" + action),
        Map.of("Content-Type", "application/json"),
        Content.of(body.getBytes(UTF_8)));
  }
}
