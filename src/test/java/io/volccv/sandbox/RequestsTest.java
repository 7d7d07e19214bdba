package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.QUERY;
import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.sandbox.TestCalls.Answer;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the sandbox keeps of a request, and that it reads pictures of all sizes and spellings. */
final class RequestsTest {
  private static final byte[] ANSWER = bytes(5_000_000, 99);

  private final Sandbox sandbox =
      Sandbox.start(SandboxOptions.defaults().withPort(0).withPictures(params -> List.of(ANSWER)));
  private final TestCalls calls = new TestCalls(sandbox);

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void aRequestIsKeptFieldByFieldWithItsJsonTypes() {
    calls.post(
        """
        {"req_key":"high_aes_scheduler_svr_controlnet_v2.0","prompt":"a \\u72d7 \\"dog\\"","scale":3.0,
         "binary_data_base64":["QUJD"],"ddim_steps":16,"use_sr":false,"seed":-1,"model_version":null,
         "controlnet_args":[{"type":"canny","strength":0.4,"binary_data_index":0}]}""");

    JsonNode request = calls.admin("GET", "requests", "").json().get(0);
    JsonNode body = request.get("body");

    assertThat(request.path("n").intValue()).isEqualTo(1);
    assertThat(request.path("door").asText()).isEqualTo("gateway");
    assertThat(request.path("action").asText()).isEqualTo("CVProcess");
    assertThat(request.at("/headers/authorization").asText()).isEqualTo("Bearer ***");
    assertThat(body.path("prompt").asText()).isEqualTo("a 狗 \"dog\"");
    assertThat(body.path("scale").isFloatingPointNumber()).isTrue();
    assertThat(body.path("ddim_steps").isInt()).isTrue();
    assertThat(body.path("use_sr").isBoolean()).isTrue();
    assertThat(body.path("model_version").isNull()).isTrue();
    assertThat(body.at("/controlnet_args/0/strength").decimalValue()).isEqualByComparingTo("0.4");
    assertThat(body.at("/binary_data_base64/0/bytes").intValue()).isEqualTo(3);
    assertThat(body.at("/binary_data_base64/0/sha256").asText())
        .isEqualTo(Hash.of("ABC".getBytes(StandardCharsets.UTF_8)));
    assertThat(sandbox.requests()).hasSize(1);
  }

  @Test
  void onlyTheLastHundredAreKept() {
    IntStream.range(0, 130).forEach(i -> calls.post(textCall("call " + i)));

    assertThat(sandbox.requests()).hasSize(100);
    assertThat(sandbox.requests().get(99).at("/body/prompt").asText()).isEqualTo("call 129");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 24_575, 24_576, 24_577, 24_578, 65_536, 1_000_001, 10_000_000})
  void aPictureOfAnySizeArrivesByteForByte(int size) {
    byte[] picture = bytes(size, size);

    Answer answer = calls.post(call(Base64.getEncoder().encodeToString(picture)));

    assertThat(answer.code()).isEqualTo(10000);
    assertThat(Hash.of(answer.picture(0))).isEqualTo(Hash.of(ANSWER));
    assertKept(picture);
  }

  @Test
  void aBodyWithoutALengthIsReadAsWell() {
    byte[] picture = bytes(3_000_000, 8);
    byte[] body = TestCalls.utf8(call(Base64.getEncoder().encodeToString(picture)));
    HttpRequest request =
        calls
            .request(QUERY, "")
            .header("Authorization", "Bearer sandbox-key")
            .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
            .build();

    assertThat(calls.post(request).code()).isEqualTo(10000);
    assertKept(picture);
    assertThat(sandbox.bill().calls().get(0).bodySha256()).isEqualTo(Hash.of(body));
  }

  @Test
  void escapesAndLineBreaksInBase64AreUnderstood() {
    byte[] picture = bytes(200_000, 4);
    String text = Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(picture);

    calls.post(
        call(
            text.replace("\n", "\\n")
                .replace("/", "\\/")
                .replace("+", "\\u002b")
                .replace("=", "\\u003D")));

    assertKept(picture);
  }

  @Test
  void aLongPictureThatIsNoBase64IsRefusedAsAShortOneIs() {
    String text = Base64.getEncoder().encodeToString(bytes(300_000, 5));

    assertThat(calls.post(call("data:image/png;base64," + text)).code()).isEqualTo(50207);
    assertThat(calls.post(call(text.replace('/', '_'))).code()).isEqualTo(50207);
    assertThat(calls.post(call(text + "=")).code()).isEqualTo(50207);
    assertThat(calls.post(call(text.substring(0, text.length() - 3))).code()).isEqualTo(50207);
  }

  @Test
  void aBodyWithTooMuchBesidesItsPicturesIsRefused() {
    String many = "\"x\",".repeat(1_500_000) + "\"x\"";

    Answer answer = calls.post("{\"req_key\":\"k\",\"many\":[" + many + "]}");

    assertThat(answer.code()).isEqualTo(50213);
  }

  @Test
  void bothPicturesOfOneCallAreKeptApart() {
    byte[] one = bytes(100_000, 1);
    byte[] two = bytes(120_000, 2);
    String texts =
        Base64.getEncoder().encodeToString(one) + "\",\"" + Base64.getEncoder().encodeToString(two);

    calls.post(
        calls.request(QUERY, call(texts)).header("Authorization", "Bearer sandbox-key").build());

    JsonNode pictures = sandbox.requests().get(0).at("/body/binary_data_base64");
    assertThat(pictures.at("/0/sha256").asText()).isEqualTo(Hash.of(one));
    assertThat(pictures.at("/1/sha256").asText()).isEqualTo(Hash.of(two));
  }

  private void assertKept(byte[] picture) {
    JsonNode kept = sandbox.requests().get(0).at("/body/binary_data_base64/0");
    assertThat(kept.path("bytes").intValue()).isEqualTo(picture.length);
    assertThat(kept.path("sha256").asText()).isEqualTo(Hash.of(picture));
  }

  private static String call(String base64) {
    return "{\"req_key\":\"k\",\"binary_data_base64\":[\"" + base64 + "\"],\"prompt\":\"a\"}";
  }

  private static byte[] bytes(int size, int seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
