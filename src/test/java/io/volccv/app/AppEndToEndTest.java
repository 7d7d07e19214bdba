package io.volccv.app;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands on the shipped routes and configuration, against a sandbox. */
final class AppEndToEndTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath();

  @TempDir Path home;
  private final TestTerminal terminal = new TestTerminal();
  private final Termination termination = new Termination();
  private Sandbox sandbox;

  @BeforeEach
  void unpack() throws IOException {
    for (String part : List.of("routes", "config", "samples")) {
      copy(PROJECT.resolve(part), home.resolve(part));
    }
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void theDemoMakesAPictureOfEachSampleAndSaysWhereTheyAre() {
    assertThat(execute("demo")).as(terminal.err()).isEqualTo(ExitCode.OK);

    assertThat(terminal.out())
        .contains("INPUT", "PROMPT", "astronaut.png", "✓ 7 of 7 pictures", "data/demo/outbox");
    assertThat(home.resolve("data/demo/outbox/astronaut.jpg")).isNotEmptyFile();
    assertThat(home.resolve("data/demo/inbox")).isEmptyDirectory();
    assertThat(home.resolve("data/inbox")).doesNotExist();
  }

  @Test
  void theDemoCanBeReadByAProgram() throws IOException {
    assertThat(execute("demo", "--json")).as(terminal.err()).isEqualTo(ExitCode.OK);

    JsonNode report = new JsonMapper().readTree(terminal.out());
    assertThat(report.path("ok").booleanValue()).isTrue();
    assertThat(report.path("pictures"))
        .hasSize(7)
        .allSatisfy(picture -> assertThat(picture.path("written")).isNotEmpty());
  }

  @Test
  void onceHandlesWhatIsInTheInboxAndEndsWithZero() throws IOException {
    input("coffee.png", "sub/猫.png");

    assertThat(run("--once")).as(terminal.err()).isEqualTo(ExitCode.OK);

    assertThat(home.resolve("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(home.resolve("data/outbox/sub/猫.jpg")).isNotEmptyFile();
    assertThat(home.resolve("data/done/sub/猫.png")).isNotEmptyFile();
    assertThat(sandbox.bill().posts()).isEqualTo(2);
  }

  @Test
  void onceEndsWithOneWhenAnInputIsPutAway() throws IOException {
    input("coffee.png");
    Files.writeString(home.resolve("data/inbox/broken.png"), "no picture");

    assertThat(run("--once", "--json")).as(terminal.err()).isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(terminal.out())
        .isEqualToIgnoringNewLines(
            "{\"done\":1,\"failed\":0,\"rejected\":0,\"invalid\":1,\"unknown\":0}");
    assertThat(home.resolve("data/invalid/broken.png.error.json")).isNotEmptyFile();
  }

  @Test
  void onceEndsWithZeroOnAnEmptyInbox() {
    assertThat(run("--once")).as(terminal.err()).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).hasLineCount(3).contains("data/inbox", sandbox.uri().toString());
  }

  @Test
  void refusedCredentialsEndOnceWithFourAndLeaveTheInput() throws IOException {
    input("coffee.png");

    assertThat(run("--once", "-Dcamel.component.volccv.apiKey=no-such-key"))
        .isEqualTo(ExitCode.UNAUTHORIZED);

    assertThat(terminal.err())
        .startsWith("unauthorized: ")
        .hasLineCount(1)
        .doesNotContain("no-such-key");
    assertThat(home.resolve("data/inbox/coffee.png")).isNotEmptyFile();
  }

  @Test
  void missingCredentialsAreAConfigurationError() {
    assertThat(run("--once", "-Dcamel.component.volccv.apiKey=")).isEqualTo(ExitCode.CONFIGURATION);

    assertThat(terminal.err())
        .startsWith("config: camel.component.volccv.apiKey: ")
        .contains("VOLC_API_KEY")
        .hasLineCount(1);
  }

  @Test
  void oneParameterOfTheCommandLineReachesTheService() throws IOException {
    input("coffee.png");

    assertThat(run("--once", "-Dvolccv.param.seed=4711")).as(terminal.err()).isZero();

    assertThat(sandbox.requests()).hasSize(1);
    assertThat(sandbox.requests().get(0).toString()).contains("\"seed\":4711");
  }

  @Test
  void whatIsUnderWayIsFinishedWhenTheAppIsToldToEnd() throws Exception {
    sandbox.close();
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults()
                .withPort(0)
                .withLatency(
                    new SandboxOptions.Latency(Duration.ofSeconds(2), Duration.ofSeconds(2))));
    input("coffee.png");
    CompletableFuture<Integer> code = CompletableFuture.supplyAsync(this::run);
    await().atMost(30, SECONDS).until(() -> !sandbox.requests().isEmpty());

    termination.request();

    assertThat(code.get(30, SECONDS)).isEqualTo(ExitCode.TERMINATED);
    assertThat(home.resolve("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(home.resolve("data/done/coffee.png")).isNotEmptyFile();
  }

  @Test
  void theSandboxSaysWhereItListensAndEndsWhenToldTo() throws Exception {
    CompletableFuture<Integer> code =
        CompletableFuture.supplyAsync(() -> execute("sandbox", "--port", "0"));
    await().atMost(30, SECONDS).until(() -> !terminal.out().isEmpty());

    termination.request();

    assertThat(code.get(30, SECONDS)).isEqualTo(ExitCode.TERMINATED);
    assertThat(terminal.out()).matches("sandbox listening on http://127\\.0\\.0\\.1:\\d+\\R");
  }

  @Test
  void aPortThatIsTakenIsAConfigurationError() {
    int taken = sandbox.uri().getPort();

    assertThat(execute("sandbox", "--port", Integer.toString(taken)))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err()).startsWith("config: --port: ").hasLineCount(1);
  }

  @Test
  void aStateFileThatIsAnotherFileIsAConfigurationError() throws IOException {
    Path notes = Files.writeString(home.resolve("notes.txt"), "notes");

    assertThat(execute("sandbox", "--port", "0", "--state", notes.toString()))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .startsWith("config: " + notes + ": is not a state file of the sandbox; ")
        .hasLineCount(1);
    assertThat(notes).hasContent("notes");
  }

  private int run(String... options) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "run",
                "-Dcamel.component.volccv.baseUrl=" + sandbox.gateway(),
                "-Dcamel.component.volccv.apiKey=" + sandbox.options().apiKey(),
                "-Dcamel.component.volccv.accessKeyId=",
                "-Dcamel.component.volccv.secretAccessKey=",
                "-Dcamel.component.volccv.sessionToken="));
    line.addAll(List.of(options));
    return execute(line.toArray(String[]::new));
  }

  private int execute(String command, String[] options) {
    List<String> line = new ArrayList<>(List.of(command, "--home", home.toString()));
    line.addAll(List.of(options));
    return new Cli(terminal.terminal(), termination).execute(line.toArray(String[]::new));
  }

  private int execute(String... line) {
    return execute(line[0], Stream.of(line).skip(1).toArray(String[]::new));
  }

  private void input(String... names) throws IOException {
    for (String name : names) {
      Path file = home.resolve("data/inbox").resolve(name);
      Files.createDirectories(file.getParent());
      Files.copy(home.resolve("samples/coffee.png"), file);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
