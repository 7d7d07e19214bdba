package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.picture.TestPictures;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What people have on their disks, in the shipped routes with the real component. */
final class PreparedPicturesTest {

  private static final byte[] PHONE = phone();

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static BadInputHome home;

  @BeforeAll
  static void dropEverything() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
    home = new BadInputHome(folder, sandbox.gateway());
    home.routes.properties.setProperty("volccv.prepare", "on");
    home.component.getConfiguration().setApiKey(sandbox.options().apiKey());
    home.drop("web.webp", Files.readAllBytes(Path.of("src/test/resources/pictures/turned.webp")));
    home.drop("phone.jpg", PHONE);
    home.drop("fits.png", BadInputHome.PNG);
    home.drop(
        "moving.webp", Files.readAllBytes(Path.of("src/test/resources/pictures/animated.webp")));
    home.drop("bomb.png", BadInputHome.pngHeader(30_000, 30_000));
    home.drop("cut.jpg", Arrays.copyOf(PHONE, PHONE.length / 2));
    home.drop("photo.heic", "\0\0\0 ftypheic and so on");
    home.start().awaitEmptyInbox();
  }

  /** Larger than the model takes, on its side, and with the place where it was taken. */
  private static byte[] phone() {
    try {
      return TestPictures.withExif(TestPictures.jpeg(4800, 3600), 6, true);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterAll
  static void close() {
    home.close();
    sandbox.close();
  }

  @Test
  void whatCanBeMadeFitGoesThroughAndStaysAsItWas() throws Exception {
    assertThat(home.routes.files("outbox")).contains("web.jpg", "phone.jpg", "fits.jpg");
    assertThat(home.routes.files("done")).contains("web.webp", "phone.jpg", "fits.png");
    assertThat(home.routes.folder.resolve("done/phone.jpg")).hasBinaryContent(PHONE);
    assertThat(sandbox.bill().images()).isEqualTo(3);
    assertThat(sandbox.bill().posts()).as("the others were not sent").isEqualTo(3);
  }

  @Test
  void theProvenanceNamesTheInputAsItCame() throws Exception {
    assertThat(home.json("outbox/phone.jpg.json").get("inputSha256").textValue())
        .isEqualTo(Hashes.sha256(PHONE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "moving.webp: the file holds more than one picture",
        "bomb.png: the picture has 30000x30000 pixels, at most 100000000 in all",
        "cut.jpg: the picture is cut off before its end; copy the file again",
        "photo.heic: the picture is image/heic; send a whole JPEG or PNG",
      })
  void whatCannotIsInvalidAndCostsNothing(String expected) throws Exception {
    String[] parts = expected.split(": ", 2);

    assertThat(home.message("invalid", parts[0])).contains(parts[1]);
    assertThat(home.error("invalid", parts[0]).get("billed").textValue()).isEqualTo("no");
  }

  @Test
  void nothingIsLeftInTheSpool() {
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(home.spooled()).isEmpty());
  }

  @Test
  void theRouteOfThePageWorks(@TempDir Path own) throws Exception {
    Path photos = Files.createDirectories(own.resolve("photos"));
    Files.write(photos.resolve("photo.jpg"), PHONE);
    Matcher snippet =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("docs/pictures.md")));
    assertThat(snippet.find()).isTrue();
    String route =
        snippet
            .group(1)
            .replace("file:photos", "file:" + photos)
            .replace("file:pictures", "file:" + own.resolve("pictures"));
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      var component = new io.volccv.component.VolcCvComponent();
      component.getConfiguration().setBaseUrl(sandbox.gateway().toString());
      component.getConfiguration().setApiKey(sandbox.options().apiKey());
      camel.addComponent("volccv", component);
      Path file = Files.writeString(own.resolve("route.yaml"), route);
      PluginHelper.getRoutesLoader(camel)
          .loadRoutes(PluginHelper.getResourceLoader(camel).resolveResource("file:" + file));
      camel.start();

      await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> Files.exists(own.resolve("pictures/photo.jpg")));
    }
  }
}
