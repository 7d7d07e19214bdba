package io.volccv.files;

import static io.volccv.files.BadInputHome.PNG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.FreePorts;
import io.volccv.component.VolcCvConfiguration;
import io.volccv.error.UnauthorizedException;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is wrong with the input, but with what is around it. */
final class BadSurroundingsTest {

  private static final byte[] LARGE = largePng();

  @TempDir Path folder;
  private Sandbox sandbox;
  private BadInputHome home;

  @AfterEach
  void close() {
    if (home != null) {
      home.close();
    }
    if (sandbox != null) {
      sandbox.close();
    }
  }

  @Test
  void aWrongKeyLeavesTheInputAndSaysWhatToCheck() throws Exception {
    sandbox();
    home = new BadInputHome(folder, sandbox.gateway());
    home.component.getConfiguration().setApiKey("no-such-key");

    assertThat(refusal()).contains("that the keys are right").doesNotContain("no-such-key");
  }

  @Test
  void aWrongSecretLeavesTheInputAndSaysWhatToCheck() throws Exception {
    sandbox();
    signed("no-such-secret");

    assertThat(refusal())
        .contains("SignatureDoesNotMatch", "check accessKeyId and secretAccessKey")
        .doesNotContain("no-such-secret", sandbox.options().accessKeyId());
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT1H", "PT-1H"})
  void aClockThatIsOffByAnHourLeavesTheInputAndIsNamed(String off) throws Exception {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults()
                .withPort(0)
                .withClock(Clock.offset(Clock.systemUTC(), Duration.parse(off))));
    signed(sandbox.options().secretAccessKey());

    assertThat(refusal()).contains("InvalidTimestamp", "check the clock of this machine");
  }

  @Test
  void aServerThatIsDownEndsInTheFolderFailedAfterAllTries() throws Exception {
    int port = FreePorts.next();
    home = new BadInputHome(folder, URI.create("http://127.0.0.1:" + port + "/"));
    home.component.getConfiguration().setApiKey("key");
    home.drop("tom.png", PNG);
    home.start().awaitEmptyInbox();

    assertThat(home.message("failed", "tom.png"))
        .contains("http://127.0.0.1:" + port + " was not executed", "Connection refused")
        .endsWith("; check baseUrl, proxy and network, or try again later");
    assertThat(home.error("failed", "tom.png").get("billed").textValue()).isEqualTo("no");
    assertThat(home.error("failed", "tom.png").get("attempts").intValue()).isEqualTo(11);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{{subject}}    | line 1: there is no field 'subject' (or it is null); give it in",
        "a {{name       | line 1: {{name is not closed; write }} after the field",
        "{{>changing}}  | uses itself (through changing); take the loop out",
        "{{>gone}}      | there is no prompt template gone, which changing uses",
        "{{#name}}x     | prompt template changing",
      })
  void aTemplateThatBecomesWrongIsNamedAndNothingIsSent(String text, String words)
      throws Exception {
    sandbox();
    gateway().template("changing", "a cat called {{name}}").start();
    home.drop("good.png", PNG);
    home.awaitEmptyInbox();
    Files.writeString(folder.resolve("prompts/changing.mustache"), text);
    home.drop("tom.png", PNG);
    home.awaitEmptyInbox();

    assertThat(home.message("invalid", "tom.png")).contains(words).contains("changing");
    assertThat(home.routes.files("done")).containsExactly("good.png");
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aFileThatIsStillBeingWrittenIsSentOnceAndWhole() throws Exception {
    sandbox();
    gateway().start();
    Path file = Files.createFile(home.routes.inbox().resolve("slow.png"));
    AtomicInteger written = new AtomicInteger();
    int block = LARGE.length / 8 + 1;
    home.routes.threads.scheduleAtFixedRate(
        () -> append(file, written.getAndAdd(block), block), 0, 200, TimeUnit.MILLISECONDS);
    home.drop("good.png", PNG);
    home.awaitEmptyInbox();

    JsonNode provenance = home.json("outbox/slow.png.json");
    assertThat(provenance.get("inputSha256").textValue()).isEqualTo(Hashes.sha256(LARGE));
    assertThat(sandbox.bill().posts()).isEqualTo(2);
  }

  @Test
  void aSpoolThatCannotBeWrittenEndsInTheFolderUnknown() throws Exception {
    sandbox();
    gateway().start();
    Path own;
    try (Stream<Path> spools = Files.list(home.spool())) {
      own = spools.filter(Files::isDirectory).findFirst().orElseThrow();
    }
    Path aside = Files.move(own, folder.resolve("aside"));
    Files.createFile(own);
    home.drop("tom.png", PNG);
    home.awaitEmptyInbox();
    Files.delete(own);
    Files.move(aside, own);
    home.drop("good.png", PNG);
    home.awaitEmptyInbox();

    assertThat(home.message("unknown", "tom.png"))
        .contains("the answer cannot be kept: ", "spool", "Not a directory", "look into the bill");
    assertThat(home.routes.files("done")).containsExactly("good.png");
    assertThat(sandbox.bill().posts()).isEqualTo(2);
  }

  @Test
  void anOutboxThatCannotBeWrittenEndsInTheFolderFailedAsPaid() throws Exception {
    sandbox();
    gateway().start();
    Files.writeString(Files.createDirectories(folder.resolve("outbox")).resolve("sub"), "a file");
    home.drop("sub/tom.png", PNG);
    home.drop("good.png", PNG);
    home.awaitEmptyInbox();

    assertThat(paidButNotWritten("sub/tom.png")).contains("Cannot store file: ", "Not a directory");
    assertThat(home.routes.files("done")).containsExactly("good.png");
    assertThat(sandbox.bill().posts()).isEqualTo(2);
  }

  @Test
  void aFullDiskOfTheSpoolEndsInTheFolderUnknown() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder.resolve("spool"))) {
      sandbox();
      gateway().start();
      home.drop("tom.png", PNG);
      home.awaitEmptyInbox();

      assertThat(home.message("unknown", "tom.png"))
          .contains("the answer cannot be kept: No space left on device", "spoolDirectory");
      assertThat(home.spooled()).isEmpty();
      assertThat(sandbox.bill().posts()).isEqualTo(1);
      home.close();
    }
  }

  @Test
  void aFullDiskOfTheOutboxEndsInTheFolderFailedAsPaid() throws Exception {
    try (SmallDisk disk = new SmallDisk(folder.resolve("outbox"))) {
      sandbox();
      gateway().start();
      home.drop("tom.png", PNG);
      home.awaitEmptyInbox();

      assertThat(paidButNotWritten("tom.png")).contains("No space left on device");
      assertThat(home.routes.files("outbox")).doesNotContain("tom.png");
      assertThat(sandbox.bill().posts()).isEqualTo(1);
      home.close();
    }
  }

  private String paidButNotWritten(String input) throws IOException {
    JsonNode error = home.error("failed", input);
    assertThat(error.get("billed").textValue()).isEqualTo("yes");
    assertThat(error.get("requestId").textValue()).isNotBlank();
    assertThat(error.get("hint").textValue()).contains("made and paid", "put the input back");
    assertThat(home.spooled()).isEmpty();
    return home.message("failed", input);
  }

  /** Runs into a refusal, and gives its message. */
  private String refusal() throws Exception {
    home.drop("tom.png", PNG);
    home.start();
    await().atMost(20, TimeUnit.SECONDS).until(() -> !home.routes.stayed.isEmpty());

    assertThat(home.routes.files("inbox")).containsExactly("tom.png");
    assertThat(home.routes.ended).isEmpty();
    assertThat(sandbox.bill().posts()).isEqualTo(1);
    assertThat(sandbox.bill().billed()).isEmpty();
    assertThat(home.spooled()).isEmpty();
    Throwable refusal = home.routes.refusals.get(0);
    assertThat(refusal).isInstanceOf(UnauthorizedException.class);
    return refusal.getMessage();
  }

  private void sandbox() {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults().withPort(0).withPictures(request -> List.of(LARGE)));
  }

  private BadInputHome gateway() throws IOException {
    home = new BadInputHome(folder, sandbox.gateway());
    home.component.getConfiguration().setApiKey(sandbox.options().apiKey());
    return home;
  }

  private void signed(String secret) throws IOException {
    home = new BadInputHome(folder, URI.create(sandbox.uri() + "/"));
    VolcCvConfiguration configuration = home.component.getConfiguration();
    configuration.setAccessKeyId(sandbox.options().accessKeyId());
    configuration.setSecretAccessKey(secret);
  }

  private static void append(Path file, int from, int length) {
    if (from < LARGE.length) {
      try {
        Files.write(
            file,
            Arrays.copyOfRange(LARGE, from, Math.min(LARGE.length, from + length)),
            StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static byte[] largePng() {
    byte[] large = new byte[200_000];
    new Random(7).nextBytes(large);
    System.arraycopy(PNG, 0, large, 0, PNG.length);
    return large;
  }
}
