package io.volccv.files;

import static io.volccv.files.BadInputHome.PNG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.Bill;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files that a person can drop by mistake: all of them at once, between good ones, into the shipped
 * routes with the real component.
 */
final class BadInputTest {

  private static final List<String> GOOD =
      List.of(
          "good.png",
          "a png.jpg",
          "no extension",
          "猫 & dog #1 100%.png",
          "a..b.png",
          "folder.jpg/inside.png",
          "x".repeat(251) + ".png");

  @TempDir static Path folder;
  private static Sandbox sandbox;
  private static BadInputHome home;
  private static Path secret;

  @BeforeAll
  static void dropEverything() throws Exception {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
    home = new BadInputHome(folder, sandbox.gateway());
    home.component.getConfiguration().setApiKey(sandbox.options().apiKey());
    secret = Files.write(folder.resolve("secret.png"), PNG);

    GOOD.forEach(name -> home.drop(name, PNG));
    files();
    sidecars();
    home.start().awaitEmptyInbox("dangling.png");
  }

  private static void files() throws IOException {
    home.drop("empty.png", "");
    home.drop("cut.png", Arrays.copyOf(Files.readAllBytes(Path.of("samples/camera.png")), 70_000));
    home.drop("cut in the header.png", Arrays.copyOf(PNG, 20));
    home.drop("text.png", "no picture");
    home.drop("gif.jpg", "GIF89a, or so");
    home.drop("bomb.png", BadInputHome.pngHeader(10_000, 10_000));
    home.dropSparse("large.png", PNG, 6_000_000);
    home.dropSparse("huge.png", PNG, 1L << 40);
    home.drop("line\nbreak.png", PNG);
    Files.createSymbolicLink(home.routes.inbox().resolve("link.png"), secret);
    Files.createSymbolicLink(home.routes.inbox().resolve("dangling.png"), folder.resolve("gone"));
    if (new ProcessBuilder("mkfifo", home.routes.inbox().resolve("pipe.png").toString())
            .start()
            .onExit()
            .join()
            .exitValue()
        != 0) {
      throw new IOException("no mkfifo");
    }
    Files.setPosixFilePermissions(
        home.drop("locked.png", PNG), PosixFilePermissions.fromString("---------"));
  }

  private static void sidecars() throws IOException {
    home.dropWith("no prompt.txt", " \n");
    home.dropWith("long prompt.txt", "猫".repeat(801));
    home.dropWith("longest prompt.txt", "猫".repeat(800));
    home.dropWith("broken.yaml", "fields: {name: [unclosed\n");
    home.dropWith("broken json.json", "{\"prompt\": \"x\",}");
    home.dropWith("unknown.yaml", "promt: a cat\n");
    home.dropWith("binary.txt", "x");
    home.drop("binary.txt", new byte[] {(byte) 0xc3, 0x28});
    home.drop("big.png", PNG);
    home.dropSparse("big.yaml", "prompt: a cat\n".getBytes(UTF_8), 100 << 20);
    home.dropWith("prefix.yaml", "params: {image_urls: ['data:image/png;base64,iVBORw0KGgo=']}\n");
    home.dropWith("inlined.yaml", "params: {binary_data_base64: [iVBORw0KGgo=]}\n");
    home.dropWith("model.yaml", "params: {req_key: dearer_model}\n");
  }

  @AfterAll
  static void close() {
    home.close();
    sandbox.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "empty.png                 | the picture is empty",
        "text.png                  | send a whole JPEG or PNG",
        "gif.jpg                   | the picture is image/gif",
        "cut in the header.png     | the picture has a broken or cut header",
        "cut.png                   | 50207 ECImageDecodeError",
        "bomb.png                  | the picture has 10000x10000 pixels, a side may have at most 4096",
        "large.png                 | the picture has 6000000 bytes, at most 5000000 may be",
        "huge.png                  | the file has 1099511627776 bytes, at most",
        "line_break.png            | has a line break or another control character; rename",
        "link.png                  | the file is a link that leaves the inbox; put a copy into",
        "pipe.png                  | a pipe or a device; put a picture",
        "no prompt.png             | the prompt that came with no prompt.png is empty",
        "long prompt.png           | prompt has 801 characters, at most 800 may be",
        "broken.png                | sidecar broken.yaml is not valid YAML",
        "broken json.png           | sidecar broken json.json is not valid JSON",
        "unknown.png               | sidecar unknown.yaml: there is no field promt; did you mean prompt?",
        "binary.png                | sidecar binary.txt is not UTF-8; save it as UTF-8",
        "big.png                   | sidecar big.yaml is larger than 64 KB; shorten it",
        "prefix.png                | image_urls begins with data:",
        "inlined.png               | there are 2 pictures, the model takes exactly 1",
        "model.png                 | a message may not set the parameter req_key",
      })
  void isKeptInTheFolderInvalidWithAReason(String input, String words) throws IOException {
    assertThat(home.message("invalid", input)).contains(words);
    assertThat(home.error("invalid", input).get("billed").textValue()).isEqualTo("no");
  }

  @Test
  void aFileThatMayNotBeReadIsKeptToo() throws IOException {
    // Who may read everything, as root may, has a good picture here.
    boolean mayRead = home.routes.files("done").contains("locked.png");

    if (!mayRead) {
      assertThat(home.message("invalid", "locked.png")).contains("permission denied");
    }
    assertThat(home.routes.files(mayRead ? "done" : "invalid")).contains("locked.png");
  }

  @Test
  void aSidecarGoesWithItsInput() {
    assertThat(home.routes.files("invalid"))
        .contains("broken.yaml", "big.yaml", "no prompt.txt", "prefix.yaml");
  }

  @Test
  void whatALinkLeadsToStaysWhereItIs() {
    assertThat(secret).hasBinaryContent(PNG);
    assertThat(home.routes.folder.resolve("invalid/link.png")).isSymbolicLink();
  }

  @Test
  void aLinkToNothingWaitsForItsFile() {
    assertThat(home.routes.inbox().resolve("dangling.png")).isSymbolicLink();
  }

  @Test
  void allGoodOnesAmongThemGoThrough() {
    assertThat(home.routes.files("done")).containsAll(GOOD).contains("longest prompt.png");
    assertThat(home.routes.files("outbox"))
        .contains(
            "good.jpg",
            "a png.jpg",
            "no extension.jpg",
            "猫 & dog #1 100%.jpg",
            "a..b.jpg",
            "folder.jpg/inside.jpg",
            "longest prompt.jpg",
            "x".repeat(200) + ".jpg");
  }

  @Test
  void onlyTheGoodOnesAndWhatMustBeDecodedAreSent() {
    List<Bill.Call> calls = sandbox.bill().calls();
    long good = home.routes.files("done").stream().filter(name -> !name.endsWith(".txt")).count();

    assertThat(calls).hasSize((int) good + 1);
    assertThat(calls.stream().filter(call -> !call.billed()).toList())
        .singleElement()
        .satisfies(call -> assertThat(call.prompt()).startsWith("cut,"));
  }

  @Test
  void nothingIsLeftInTheSpool() throws IOException {
    assertThat(home.spooled()).isEmpty();
  }
}
