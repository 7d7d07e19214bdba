package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.prompt.PromptLanguage;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Kamelet of the jar in an app that has Camel and the jar, and nothing else of ours. */
final class KameletTest {

  private static final Path PHOTO = Path.of("samples/chelsea.png");
  private static final String MODEL = "high_aes_scheduler_svr_controlnet_v2.0";

  @TempDir Path folder;
  private final DefaultCamelContext camel = new DefaultCamelContext();
  private Sandbox sandbox;

  @BeforeEach
  void start() throws IOException {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
    sandbox.close();
  }

  @Test
  void aPictureIsMadeByOneStepOfARoute() throws Exception {
    Path params = folder.resolve("params.yaml");
    Files.writeString(
        params, "controlnet_args: [{type: canny, strength: 0.6, binary_data_index: 0}]");
    route(
        """
        model: %s
        prompt: a cat in oil
        params: file:%s
        apiKey: %s
        baseUrl: %s"""
            .formatted(MODEL, params, sandbox.options().apiKey(), sandbox.gateway()));

    assertThat(send(Map.of())).startsWith((byte) 0xff, (byte) 0xd8);
    assertThat(sandbox.bill().calls())
        .singleElement()
        .satisfies(call -> assertThat(call.prompt()).isEqualTo("a cat in oil"));
  }

  @Test
  void thePromptMayBeATemplate() throws Exception {
    Files.writeString(folder.resolve("postcard.mustache"), "{{what}} as a postcard");
    ((PromptLanguage) camel.resolveLanguage("prompt")).setFolder(folder.toString());
    route(
        """
        model: %s
        prompt: postcard
        promptLanguage: prompt
        accessKeyId: %s
        secretAccessKey: %s
        baseUrl: %s"""
            .formatted(
                MODEL,
                sandbox.options().accessKeyId(),
                sandbox.options().secretAccessKey(),
                sandbox.uri()));

    assertThat(send(Map.of("what", "a lighthouse"))).startsWith((byte) 0xff, (byte) 0xd8);
    assertThat(sandbox.bill().calls().get(0).prompt()).isEqualTo("a lighthouse as a postcard");
  }

  @Test
  void withoutAPromptItIsThatOfTheMessage() throws Exception {
    VolcCvComponent component = new VolcCvComponent();
    component.getConfiguration().setApiKey(sandbox.options().apiKey());
    component.getConfiguration().setBaseUrl(sandbox.gateway().toString());
    camel.addComponent("volccv", component);
    route("model: " + MODEL);

    assertThat(send(Map.of("CamelVolcCvPrompt", "a boat"))).startsWith((byte) 0xff, (byte) 0xd8);
    assertThat(sandbox.bill().calls().get(0).prompt()).isEqualTo("a boat");
  }

  @Test
  void severalPicturesAreAList() throws Exception {
    byte[] first = Files.readAllBytes(PHOTO);
    byte[] second = Files.readAllBytes(Path.of("samples/rocket.jpg"));
    try (Sandbox two =
        Sandbox.start(
            SandboxOptions.defaults()
                .withPort(0)
                .withPictures(request -> List.of(first, second)))) {
      route(
          """
          model: %s
          prompt: a cat
          apiKey: %s
          baseUrl: %s"""
              .formatted(MODEL, two.options().apiKey(), two.gateway()));

      List<?> made =
          camel.createProducerTemplate().requestBody("direct:photos", PHOTO.toFile(), List.class);

      assertThat(made).hasSize(2);
      assertThat((byte[]) made.get(0)).isEqualTo(first);
      assertThat((byte[]) made.get(1)).isEqualTo(second);
    }
  }

  @Test
  void aModelHasToBeNamed() {
    assertThatThrownBy(() -> route("prompt: a cat")).hasStackTraceContaining("model");
  }

  private byte[] send(Map<String, Object> headers) {
    try {
      return camel
          .createProducerTemplate()
          .requestBodyAndHeaders(
              "direct:photos", PHOTO.toFile(), new HashMap<>(headers), byte[].class);
    } catch (CamelExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  private void route(String parameters) throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("route.yaml"),
            """
            - route:
                from:
                  uri: direct:photos
                  steps:
                    - to:
                        uri: kamelet:volccv-picture-action
                        parameters:
            """
                + parameters
                    .lines()
                    .map(line -> " ".repeat(14) + line)
                    .collect(Collectors.joining("\n", "", "\n")));
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("file:" + file));
  }
}
