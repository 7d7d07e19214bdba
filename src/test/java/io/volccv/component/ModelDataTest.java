package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.error.InvalidRequestException;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the model data does to a message, through real HTTP. */
final class ModelDataTest {

  private static final String EDIT_KEY = "byteedit_v2.0";

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
  void aPromptGoesIntoTheFieldThatTheModelHasForIt() throws Exception {
    byte[] png = png();

    send(
        "volccv:process?reqKey=i2i_inpainting_edit",
        List.of(png, png),
        Map.of("CamelVolcCvPrompt", "a hat"));
    send(
        "volccv:process?messageParams=req_key,custom_prompt,image_urls&reqKey=" + EDIT_KEY,
        "a scarf",
        Map.of(
            "CamelVolcCvParams",
            Map.of("req_key", "i2i_outpainting", "image_urls", List.of("https://a.example/b"))));

    assertThat(arrived(0).get("custom_prompt").textValue()).isEqualTo("a hat");
    assertThat(arrived(0).has("prompt")).isFalse();
    assertThat(arrived(1).get("custom_prompt").textValue()).isEqualTo("a scarf");
  }

  @Test
  void aDataPrefixIsTakenOff() throws Exception {
    String base64 = Base64.getEncoder().encodeToString(png());

    Exchange done =
        send(
            "volccv:process?reqKey=" + EDIT_KEY,
            Map.of("prompt", "x", "binary_data_base64", List.of("data:image/png;base64," + base64)),
            Map.of());

    assertThat(done.getException()).isNull();
    assertThat(arrived(0).get("binary_data_base64").get(0).get("bytes").intValue())
        .isEqualTo(png().length);
  }

  @Test
  void aPictureInTheParametersAndOneInTheBodyAreNotGuessedBetween() throws Exception {
    Exchange done =
        send(
            "volccv:process?validate=false&reqKey=" + EDIT_KEY,
            png(),
            Map.of("CamelVolcCvParams", Map.of("binary_data_base64", List.of("AAAA"))));

    assertRefused(
        done,
        EDIT_KEY
            + ": binary_data_base64 is set, and the body brings a picture, too; send one of them");
  }

  @Test
  void aModelThatRunsAsATaskOnlyIsNotCalledByProcess() throws Exception {
    Exchange done = send("volccv:process?reqKey=jimeng_t2i_v40", "a cat", Map.of());

    assertRefused(
        done,
        "jimeng_t2i_v40: the model runs as a task only, its modes are [async], not sync"
            + " (https://www.volcengine.com/docs/85621/1817045); "
            + "use volccv:generate, which calls what suits the model");
  }

  @Test
  void whatIsOutOfRangeIsRefusedBeforeItIsSent() throws Exception {
    Exchange done =
        send(
            "volccv:process?reqKey=" + EDIT_KEY,
            png(),
            Map.of("CamelVolcCvPrompt", "x", "CamelVolcCvParams", Map.of("scale", 2)));

    assertRefused(
        done,
        EDIT_KEY
            + ": scale is 2 (https://www.volcengine.com/docs/6791/1384311);"
            + " write a number from 0 to 1");
  }

  @Test
  void withoutValidationEverythingIsSentAsItIs() throws Exception {
    send("volccv:process?validate=false&reqKey=jimeng_t2i_v40", Map.of("scale", 99), Map.of());

    assertThat(arrived(0).get("scale").intValue()).isEqualTo(99);
  }

  @Test
  void aUsersFileGivesPriceTypesAndRules() throws Exception {
    Path models =
        Files.writeString(
            folder.resolve("mine.json"),
            """
            {"my_model": {"params": {"code": {"type": "string"}, "level": {"type": "number"}},
                          "prompt": {"field": "text", "maxChars": 5},
                          "price": {"cny": 0.31, "per": "call"}}}
            """);
    String uri = "volccv:generate?reqKey=my_model&models=file:" + models;

    Exchange done = send(uri + "&param.code=007&param.level=2.50", "a cat", Map.of());
    Exchange tooLong = send(uri, "a long cat", Map.of());

    assertThat(done.getMessage().getHeader("CamelVolcCvCostCny")).hasToString("0.310");
    assertThat(arrived(0).get("code").textValue()).isEqualTo("007");
    assertThat(arrived(0).get("level").isNumber()).isTrue();
    assertThat(arrived(0).get("text").textValue()).isEqualTo("a cat");
    assertThat(tooLong.getException())
        .hasMessage(
            "my_model: text has 10 characters, at most 5 may be (" + models + "); shorten it");
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void theModelDataIsReadOnceForAllEndpoints() throws Exception {
    VolcCvComponent component = calls.camel().getComponent("volccv", VolcCvComponent.class);
    Path models = Files.writeString(folder.resolve("mine.json"), "{}");

    assertThat(component.models(null)).isSameAs(component.models(null));
    assertThat(component.models(models)).isSameAs(component.models(models));
  }

  @Test
  void aBrokenFileOfModelsStopsTheStart() throws Exception {
    Path models =
        Files.writeString(folder.resolve("mine.json"), "{\"m\": {\"params\": {\"s\": {}}}}");

    assertThatThrownBy(() -> send("volccv:process?reqKey=m&models=file:" + models, "x", Map.of()))
        .rootCause()
        .hasMessage("type is missing; write integer, number, boolean, string, object or array");
    assertThatThrownBy(
            () ->
                calls
                    .camel()
                    .getEndpoint("volccv:process?reqKey=m&models=file:" + models)
                    .createProducer()
                    .start())
        .hasMessage(
            "models: "
                + models
                + ": m.params.s: type is missing;"
                + " write integer, number, boolean, string, object or array");
  }

  @ParameterizedTest
  @CsvSource({
    "STRING,  007,    \"007\"",
    "STRING,  true,   \"true\"",
    "INTEGER, 42,     42",
    "INTEGER, 3.0,    3",
    "NUMBER,  3,      3",
    "NUMBER,  2.50,   2.50",
    "BOOLEAN, false,  false",
  })
  void aScalarGetsTheTypeThatTheModelDataKnows(String type, String text, String json)
      throws Exception {
    Path models =
        Files.writeString(
            folder.resolve(type + ".json"),
            "{\"m\": {\"params\": {\"p\": {\"type\": \""
                + type.toLowerCase(Locale.ROOT)
                + "\"}}}}");

    send("volccv:process?reqKey=m&param.p=" + text + "&models=file:" + models, "x", Map.of());

    assertThat(arrived(0).get("p")).hasToString(json);
  }

  @Test
  void aScalarTooLargeForAnyHeapIsOfTheWrongType() {
    String uri = "volccv:process?reqKey=high_aes_general_v30l_zt2i&param.seed=1e999999999";

    assertThatThrownBy(() -> calls.camel().getEndpoint(uri).createProducer().start())
        .hasMessage("param.seed: \"1e999999999\" has the wrong type; write a JSON integer");
  }

  private void assertRefused(Exchange done, String message) {
    assertThat(done.getException()).isInstanceOf(InvalidRequestException.class).hasMessage(message);
    assertThat(sandbox.bill().posts()).isZero();
  }

  private Exchange send(String uri, Object body, Map<String, Object> headers) throws Exception {
    return calls.send(uri, body, headers, exchange -> {});
  }

  private JsonNode arrived(int index) {
    return sandbox.requests().get(index).get("body");
  }

  private static byte[] png() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageIO.write(
        new java.awt.image.BufferedImage(16, 16, java.awt.image.BufferedImage.TYPE_INT_RGB),
        "png",
        out);
    return out.toByteArray();
  }
}
