package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.component.VolcCvComponent;
import io.volccv.prompt.PromptLanguage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The shipped routes with the real component, for inputs and answers as nobody wants them. */
final class BadInputHome implements AutoCloseable {

  static final String MODEL = "high_aes_scheduler_svr_controlnet_v2.0";
  static final byte[] PNG = png();

  private static final String LIMITS =
      """
      {"%s": {"pictures": {"min": 1, "max": 1, "maxBytes": 5000000, "maxSide": 4096},
              "prompt": {"field": "prompt", "required": true, "maxChars": 800},
              "results": {"kind": "image", "max": 1}, "source": "the test's model data"}}
      """
          .formatted(MODEL);

  final RoutesHome routes;
  final VolcCvComponent component = new VolcCvComponent();

  BadInputHome(Path folder, URI baseUrl) throws IOException {
    routes = new RoutesHome(folder);
    routes.properties.setProperty("volccv.reqKey", MODEL);
    routes.properties.setProperty("volccv.prepare", "off"); // what is bad shall stay bad
    component.getConfiguration().setBaseUrl(baseUrl.toString());
    component
        .getConfiguration()
        .setModels("file:" + Files.writeString(folder.resolve("models.json"), LIMITS));
    component.setSpoolDirectory(spool().toString());
    component.setSpoolThreshold(0);
    component.setMaxInFlight(50);
  }

  /** Uses templates of its own instead of the shipped ones. */
  BadInputHome template(String name, String text) throws IOException {
    Path prompts = Files.createDirectories(routes.folder.resolve("prompts"));
    Files.writeString(prompts.resolve(name + ".mustache"), text);
    routes.properties.setProperty("volccv.prompt", name);
    ((PromptLanguage) routes.context.resolveLanguage("prompt")).setFolder(prompts.toString());
    return this;
  }

  BadInputHome start() throws Exception {
    routes.start(component);
    routes.bean(Retries.class).setMaximumDelayMillis(20);
    return this;
  }

  /** Puts a file into the inbox that is old enough to be taken at once. */
  Path drop(String name, byte[] content) {
    try {
      Path file = routes.inbox().resolve(name);
      Files.createDirectories(file.getParent());
      return old(Files.write(file, content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path drop(String name, String content) {
    return drop(name, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  /** A good picture with a sidecar beside it. */
  void dropWith(String sidecar, String content) {
    drop(sidecar, content);
    drop(SafePath.base(sidecar) + ".png", PNG);
  }

  /** A file that begins with {@code head}, and takes no room on the disk. */
  Path dropSparse(String name, byte[] head, long length) throws IOException {
    Path path = drop(name, head);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(length);
    }
    return old(path);
  }

  private static Path old(Path file) throws IOException {
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(5)));
  }

  /** Waits until nothing is in the inbox but these. */
  void awaitEmptyInbox(String... but) {
    await()
        .atMost(30, TimeUnit.SECONDS)
        .ignoreException(UncheckedIOException.class) // a file goes while the folder is listed
        .untilAsserted(() -> assertThat(routes.files("inbox")).containsExactly(but));
  }

  /** What {@code input} left behind in {@code folder}: itself, and the reason. */
  JsonNode error(String folder, String input) throws IOException {
    assertThat(routes.files(folder)).contains(input, input + ".error.json");
    return json(folder + "/" + input + ".error.json");
  }

  JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(routes.read(file));
  }

  /** The message of {@code <input>.error.json}. */
  String message(String folder, String input) throws IOException {
    JsonNode error = error(folder, input);
    String message = error.get("message").textValue();
    assertThat(message)
        .as("a person understands it")
        .doesNotContain("Exception", ": null", "java.", "\n")
        .hasSizeBetween(20, 600);
    assertThat(error.get("hint").textValue()).isNotBlank();
    return message;
  }

  Path spool() {
    return routes.folder.resolve("spool");
  }

  /** What is in the spool beside its locks. */
  List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.walk(spool())) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.endsWith("lock") && !file.endsWith("gate"))
          .toList();
    }
  }

  @Override
  public void close() {
    routes.close();
  }

  /** The first bytes of a PNG that says it is so large. */
  static byte[] pngHeader(int width, int height) {
    return ByteBuffer.wrap(Arrays.copyOf(PNG, 64)).putInt(16, width).putInt(20, height).array();
  }

  private static byte[] png() {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try {
      BufferedImage picture = new BufferedImage(64, 48, BufferedImage.TYPE_INT_RGB);
      picture.setRGB(5, 5, 0xff8800);
      ImageIO.write(picture, "png", png);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return png.toByteArray();
  }
}
