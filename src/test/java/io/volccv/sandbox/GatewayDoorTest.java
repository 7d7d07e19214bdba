package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.QUERY;
import static io.volccv.sandbox.TestCalls.png;
import static io.volccv.sandbox.TestCalls.seedCall;
import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.sandbox.TestCalls.Answer;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GatewayDoorTest {
  private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private final TestCalls calls = new TestCalls(sandbox);

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void theVendorsExampleIsAnsweredWithAPictureInItsEnvelope() throws IOException {
    Answer answer = calls.post(seedCall(png(40, 30)));

    JsonNode json = answer.json();
    assertThat(answer.status()).isEqualTo(200);
    assertThat(json.path("code").intValue()).isEqualTo(10000);
    assertThat(json.path("message").asText()).isEqualTo("Success");
    assertThat(json.path("status").intValue()).isEqualTo(10000);
    assertThat(json.path("request_id").asText()).matches("\\d{14}[0-9A-F]{18}");
    assertThat(json.path("time_elapsed").asText()).matches("[0-9.]+(µs|ms|s)");
    assertThat(json.at("/data/algorithm_base_resp/status_code").intValue()).isZero();
    assertThat(json.at("/data/image_urls").size()).isZero();
    assertThat(json.at("/data").path("controlnet_args.canny.strength").doubleValue())
        .isEqualTo(0.4);
    assertThat(json.at("/data/infer_ctx/params/seed").intValue()).isEqualTo(7);
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(answer.picture(0)));
    assertThat(picture.getWidth()).isEqualTo(40);
    assertThat(picture.getHeight()).isEqualTo(30);
  }

  @Test
  void theSeedThatWasChosenIsTold() {
    Answer answer =
        calls.post("{\"req_key\":\"x\",\"prompt\":\"a\",\"seed\":-1,\"width\":8,\"height\":8}");

    assertThat(answer.json().at("/data/infer_ctx/params/seed").intValue()).isNotNegative();
  }

  @Test
  void aWrongKeyIsRefusedWithTheServicesOwnCode() {
    Answer wrong =
        calls.post(
            calls.request(QUERY, textCall("a")).header("Authorization", "Bearer nope").build());
    Answer none = calls.post(calls.request(QUERY, textCall("a")).build());

    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.code()).isEqualTo(50400);
    assertThat(wrong.json().path("message").asText()).startsWith("Access Denied: ");
    assertThat(none.status()).isEqualTo(401);
    assertThat(sandbox.bill().images()).isZero();
  }

  @Test
  void anUnknownActionOrVersionIsAnsweredByTheGateway() {
    Answer action = calls.post(calls.request("?Action=CVNothing&Version=2022-08-31", "{}").build());
    Answer version =
        calls.post(calls.request("?Action=CVProcess&Version=2020-01-01", "{}").build());
    Answer missing = calls.post(calls.request("?Action=CVProcess", "{}").build());

    assertThat(action.json().at("/ResponseMetadata/Error/Code").asText())
        .isEqualTo("InvalidActionOrVersion");
    assertThat(action.json().at("/ResponseMetadata/Action").asText()).isEqualTo("CVNothing");
    assertThat(version.json().at("/ResponseMetadata/Error/Code").asText())
        .isEqualTo("InvalidActionOrVersion");
    assertThat(missing.json().at("/ResponseMetadata/Error/Code").asText())
        .isEqualTo("MissingParameter");
  }

  @Test
  void aMethodThatDoesNotExistIsNoPost() {
    Answer answer = calls.get(sandbox.gateway() + QUERY);

    assertThat(answer.code()).isEqualTo(50402);
    assertThat(sandbox.bill().posts()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "50201 | {}",
        "50201 | ''",
        "50204 | not JSON",
        "50204 | [1]",
        "50204 | {'req_key':5}",
        "50204 | {'req_key':'k','seed':'7'}",
        "50204 | {'req_key':'k','seed':7.5}",
        "50204 | {'req_key':'k','scale':'3.0'}",
        "50204 | {'req_key':'k','return_url':'true'}",
        "50204 | {'req_key':'k','logo_info':'{}'}",
        "50204 | {'req_key':'k','binary_data_base64':'AAAA'}",
        "50204 | {'req_key':'i2i_xl_sft','image_urls':['http://a/b'],'controlnet_args':{'type':'canny'}}",
        "50200 | {'req_key':'i2i_xl_sft','image_urls':['http://a/b'],'controlnet_args':[{'type':'canny','strength':2,'binary_data_index':0}]}",
        "50200 | {'req_key':'i2i_xl_sft','image_urls':['http://a/b'],'controlnet_args':[{'type':'canny','strength':1,'binary_data_index':1}]}",
        "50206 | {'req_key':'i2i_xl_sft'}",
        "50206 | {'req_key':'k','binary_data_base64':['']}",
        "50207 | {'req_key':'k','binary_data_base64':['data:image/png;base64,AAAA']}",
        "50207 | {'req_key':'k','binary_data_base64':['!!!!']}",
        "50207 | {'req_key':'k','binary_data_base64':['AAAAAAAAAAAAAAAAAAAA']}",
        "50207 | {'req_key':'k','image_urls':['file:///etc/passwd']}",
      })
  void whatIsWrongWithARequestIsSaidByItsCode(int code, String body) {
    Answer answer = calls.post(body.replace('\'', '"'));

    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("data").isNull()).isTrue();
    assertThat(sandbox.bill().images()).isZero();
  }

  @Test
  void aReqKeyOutsideOfTheAccountIsDeniedAsTheServiceDoes() {
    try (Sandbox strict =
        Sandbox.start(SandboxOptions.defaults().withPort(0).withReqKeys(Set.of("only_this")))) {
      Answer answer = new TestCalls(strict).post(textCall("a"));

      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.json().path("message").asText()).isEqualTo("Access Denied: Internal Error");
    }
  }

  @Test
  void aPictureOverTheLimitIsRefusedAndOneBelowIsRead() {
    String large = Base64.getEncoder().encodeToString(new byte[15 * 1024 * 1024 + 1]);
    String fine = Base64.getEncoder().encodeToString(new byte[15 * 1024 * 1024]);

    assertThat(calls.post("{\"req_key\":\"k\",\"binary_data_base64\":[\"" + large + "\"]}").code())
        .isEqualTo(50205);
    assertThat(calls.post("{\"req_key\":\"k\",\"binary_data_base64\":[\"" + fine + "\"]}").code())
        .isEqualTo(50207);
  }

  @Test
  void aHostThatIsNotLoopbackIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Sandbox.start(SandboxOptions.defaults().withHost("0.0.0.0")))
        .withMessageContaining("loopback");
  }
}
