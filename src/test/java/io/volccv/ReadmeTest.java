package io.volccv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.client.ModelCatalog;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of the README do what it says. */
final class ReadmeTest {

  private static final DocPage README = new DocPage("README.md");

  @TempDir Path folder;

  @Test
  void theCompleteRouteMakesAPicture() throws Exception {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Files.copy(Path.of("samples/chelsea.png"), photos.resolve("chelsea.png"));
    Path params =
        Files.writeString(folder.resolve("controlnet.yaml"), README.block("yaml", "seed: -1"));
    try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
        DefaultCamelContext camel = new DefaultCamelContext()) {
      String route =
          README
              .block("yaml", "- route:")
              .replace("{{env:VOLC_API_KEY}}", sandbox.options().apiKey())
              .replace("{{env:VOLC_BASE_URL}}", sandbox.gateway().toString())
              .replace("file:controlnet.yaml", "file:" + params)
              .replace("file:photos", "file:" + photos)
              .replace("file:pictures", "file:" + folder.resolve("pictures"));
      Path file = Files.writeString(folder.resolve("route.yaml"), route);
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("file:" + file));
      camel.start();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Files.exists(folder.resolve("pictures/chelsea.jpg")));
      assertThat(sandbox.bill().images()).isEqualTo(1);
    }
  }

  @Test
  void theModelDataCanBeRead() throws Exception {
    Path file =
        Files.writeString(folder.resolve("models.json"), README.block("json", "{\"my_req_key\""));

    assertThat(new ObjectMapper().readTree(file.toFile()).isObject()).isTrue();
    assertThat(ModelCatalog.shipped().with(file).get("my_req_key").results().max()).isEqualTo(1);
  }

  @Test
  void everyOptionOfTheComponentIsInTheTable() throws Exception {
    String readme = Files.readString(Path.of("README.md"));
    var options =
        new ObjectMapper()
            .readTree(
                Path.of("src/generated/resources/META-INF/io/volccv/component/volccv.json")
                    .toFile())
            .get("componentProperties");
    options
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!java.util.Set.of(
                      "configuration", "lazyStartProducer", "autowiredEnabled", "param")
                  .contains(name)) {
                assertThat(readme).as(name).contains("`" + name + "`");
              }
            });
  }
}
