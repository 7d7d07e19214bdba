package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.MediaFormat;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into a message and what comes out, through real HTTP. */
final class VolcCvComponentTest {

  private static final String SEED_KEY = "high_aes_scheduler_svr_controlnet_v2.0";
  private static final String TEXT_KEY = "high_aes_general_v30l_zt2i";

  @TempDir Path folder;

  private Sandbox sandbox;
  private Calls calls;

  @BeforeEach
  void start() {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
    calls = new Calls(sandbox, folder.resolve("spool"));
  }

  @AfterEach
  void stop() {
    calls.close();
    sandbox.close();
  }

  @Test
  void aPromptBecomesAPictureThatCanBeReadAgain() throws Exception {
    Exchange done =
        calls.send(
            "volccv:process?reqKey=" + TEXT_KEY,
            "a red bicycle",
            Map.of(),
            exchange -> {
              InputStream picture = exchange.getMessage().getBody(InputStream.class);
              byte[] first = picture.readAllBytes();
              picture.reset();
              assertThat(picture.readAllBytes()).isEqualTo(first);
              assertThat(MediaFormat.of(first, first.length)).isEqualTo(MediaFormat.JPEG);
            });

    assertThat(done.getException()).isNull();
    assertThat(done.getMessage().getHeaders())
        .containsEntry("Content-Type", "image/jpeg")
        .containsKeys("CamelVolcCvRequestId", "CamelVolcCvSeed")
        .doesNotContainKey("CamelVolcCvCostCny");
    assertThat(arrived(0).get("prompt").textValue()).isEqualTo("a red bicycle");
  }

  @Test
  void everyKindOfPictureBodyArrivesByteForByte() throws Exception {
    byte[] png = png(40, 30);
    Path file = Files.write(folder.resolve("in.png"), png);
    GenericFile<java.io.File> wrapped = new GenericFile<>();
    wrapped.setFile(file.toFile());
    List<Object> bodies =
        List.of(
            png, file, file.toFile(), wrapped, new ByteArrayInputStream(png), List.of(png, file));

    for (Object body : bodies) {
      send("volccv:process?reqKey=" + SEED_KEY, body, Map.of("CamelVolcCvPrompt", "a cat"));
    }

    assertThat(sandbox.requests()).hasSize(bodies.size());
    for (JsonNode request : sandbox.requests()) {
      for (JsonNode picture : request.get("body").get("binary_data_base64")) {
        assertThat(picture.get("bytes").intValue()).isEqualTo(png.length);
        assertThat(picture.get("sha256").textValue()).isEqualTo(sha256(png));
      }
    }
    assertThat(arrived(5).get("binary_data_base64")).hasSize(2);
  }

  @Test
  void theVendorsExampleArrivesFieldForField() throws Exception {
    Path params =
        Files.writeString(
            folder.resolve("params.yaml"),
            """
            model_version: general_controlnet_v2.0
            seed: -1
            scale: 3.0
            ddim_steps: 16
            use_rephraser: true
            controlnet_args:
              - type: canny
                strength: 0.6
                binary_data_index: 0
            return_url: true
            logo_info:
              add_logo: false
              position: 0
              language: 0
              opacity: 0.3
            """);

    Exchange done =
        send(
            "volccv:process?output=result&reqKey=" + SEED_KEY + "&params=file:" + params,
            png(64, 64),
            Map.of("CamelVolcCvPrompt", "一只狗"));

    JsonNode expected =
        new com.fasterxml.jackson.databind.ObjectMapper()
            .readTree(
                """
                {"req_key":"high_aes_scheduler_svr_controlnet_v2.0",
                 "model_version":"general_controlnet_v2.0","seed":-1,"scale":3.0,"ddim_steps":16,
                 "use_rephraser":true,
                 "controlnet_args":[{"type":"canny","strength":0.6,"binary_data_index":0}],
                 "return_url":true,
                 "logo_info":{"add_logo":false,"position":0,"language":0,"opacity":0.3},
                 "prompt":"一只狗"}
                """);
    JsonNode arrived = arrived(0).deepCopy();
    ((com.fasterxml.jackson.databind.node.ObjectNode) arrived).remove("binary_data_base64");
    assertThat(arrived.toString()).isEqualTo(expected.toString());
    CvResult result = done.getMessage().getBody(CvResult.class);
    assertThat(result.fields())
        .containsKeys("algorithm_base_resp", "rephraser_result", "infer_ctx", "image_urls");
  }

  @Test
  void scalarParametersGetTheirJsonTypesBack() throws Exception {
    send(
        "volccv:process?reqKey="
            + SEED_KEY
            + "&param.scale=3&param.ddim_steps=20&param.use_sr=false&param.model_version=general_controlnet_v2.0"
            + "&param.new_one=7&param.new_text=7a",
        png(20, 20),
        Map.of("CamelVolcCvPrompt", "x"));

    JsonNode arrived = arrived(0);
    assertThat(arrived.get("scale").isNumber()).isTrue();
    assertThat(arrived.get("ddim_steps").isInt()).isTrue();
    assertThat(arrived.get("use_sr").isBoolean()).isTrue();
    assertThat(arrived.get("model_version").isTextual()).isTrue();
    assertThat(arrived.get("new_one").isInt()).isTrue();
    assertThat(arrived.get("new_text").isTextual()).isTrue();
  }

  @Test
  void whatTheMessageBringsWins() throws Exception {
    send(
        "volccv:process?reqKey=" + TEXT_KEY + "&param.scale=3&prompt=from ${header.kind}",
        Map.of("scale", 4.5),
        Map.of("kind", "option", "CamelVolcCvParams", "{\"seed\": 7}"));

    JsonNode arrived = arrived(0);
    assertThat(arrived.get("scale").doubleValue()).isEqualTo(4.5);
    assertThat(arrived.get("seed").intValue()).isEqualTo(7);
    assertThat(arrived.get("prompt").textValue()).isEqualTo("from option");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"req_key", "callback_url", "return_url", "force_single", "logo_info", "aigc_meta"})
  void aMessageMayNotSetWhatCostsOrMarks(String name) throws Exception {
    Exchange done =
        send(
            "volccv:process?reqKey=" + TEXT_KEY,
            "x",
            Map.of("CamelVolcCvParams", Map.of(name, "y")));

    assertThat(done.getException())
        .isInstanceOf(io.volccv.error.InvalidRequestException.class)
        .hasMessageStartingWith("a message may not set the parameter " + name + "; ");
    assertThat(sandbox.bill().posts()).isZero();
  }

  @Test
  void severalPicturesAreAListThatCanBeReadAgainAndAgain() throws Exception {
    byte[] one = png(10, 10);
    byte[] two = png(11, 11);
    try (Sandbox several =
        Sandbox.start(
            SandboxOptions.defaults().withPort(0).withPictures(request -> List.of(one, two)))) {
      Exchange done =
          calls.send(
              "volccv:process?reqKey=" + TEXT_KEY + "&baseUrl=" + several.gateway(),
              "x",
              Map.of(),
              exchange -> {
                List<?> images = exchange.getMessage().getBody(List.class);
                assertThat(images).hasSize(2);
                for (int round = 0; round < 2; round++) {
                  assertThat(bytes(exchange, images.get(0))).isEqualTo(one);
                  assertThat(bytes(exchange, images.get(1))).isEqualTo(two);
                }
              });
      assertThat(done.getException()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void picturesComeInlineOrByUrlAllTheSame(boolean returnUrl) throws Exception {
    byte[] picture = png(200, 200);
    try (Sandbox prepared =
        Sandbox.start(
            SandboxOptions.defaults().withPort(0).withPictures(request -> List.of(picture)))) {
      Exchange done =
          calls.send(
              "volccv:process?reqKey="
                  + TEXT_KEY
                  + "&param.return_url="
                  + returnUrl
                  + "&baseUrl="
                  + prepared.gateway(),
              "x",
              Map.of(),
              exchange ->
                  assertThat(exchange.getMessage().getBody(byte[].class)).isEqualTo(picture));
      assertThat(done.getException()).isNull();
    }
  }

  @Test
  void nothingStaysInTheSpoolWhenTheExchangeIsDone() throws Exception {
    byte[] large = new byte[300_000];
    System.arraycopy(png(10, 10), 0, large, 0, 60);
    try (Sandbox prepared =
        Sandbox.start(
            SandboxOptions.defaults().withPort(0).withPictures(request -> List.of(large)))) {
      calls.send(
          "volccv:process?output=result&reqKey=" + TEXT_KEY + "&baseUrl=" + prepared.gateway(),
          "x",
          Map.of(),
          exchange -> {
            CvImage image = exchange.getMessage().getBody(CvResult.class).images().get(0);
            assertThat(image.file()).isPresent();
            assertThat(image.file().orElseThrow()).exists();
          });
    }
    try (var files = Files.walk(folder.resolve("spool"))) {
      assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("lock", "gate");
    }
  }

  private static byte[] bytes(Exchange exchange, Object image) {
    return exchange.getContext().getTypeConverter().convertTo(byte[].class, exchange, image);
  }

  private Exchange send(String uri, Object body, Map<String, Object> headers) throws Exception {
    return calls.send(uri, body, headers, exchange -> {});
  }

  /** The body of a request as the sandbox saw it, each picture as its size and hash. */
  private JsonNode arrived(int index) {
    return sandbox.requests().get(index).get("body");
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", out);
    return out.toByteArray();
  }
}
