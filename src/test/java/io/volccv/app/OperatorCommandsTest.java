package io.volccv.app;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code status} and {@code replay} on the shipped routes and configuration. */
@Execution(CONCURRENT)
@Tag("slow")
final class OperatorCommandsTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath();
  private static final Fault THROTTLED = Fault.code("50430");
  private static final Fault FAULTY = Fault.code("50500");
  private static final Fault CUT = Fault.always(Fault.Kind.CUT_AFTER_BILLING);

  /** On which database the ledger is. */
  enum Kind {
    SQLITE,
    POSTGRESQL
  }

  private static @Nullable EmbeddedPostgres server;
  private static int databases;

  @TempDir Path home;
  private final Termination termination = new Termination();
  private final List<String> options = new ArrayList<>();
  private TestTerminal terminal = new TestTerminal();
  private Sandbox sandbox;

  @BeforeEach
  void unpack() throws IOException {
    for (String part : List.of("routes", "config", "samples")) {
      copy(PROJECT.resolve(part), home.resolve(part));
    }
    // As shipped a throttled call is tried for hours.
    Path errors = home.resolve("routes/errors.yaml");
    String patient = Files.readString(errors);
    Files.writeString(
        errors,
        patient
            .replace("firstDelayMillis: 1000", "firstDelayMillis: 10")
            .replace(
                "${exchangeProperty.CamelVolcCvRetries} <= 30",
                "${exchangeProperty.CamelVolcCvRetries} <= 0"));
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @AfterAll
  static void stopServer() throws IOException {
    if (server != null) {
      server.close();
      server = null;
    }
  }

  private void on(Kind kind) throws Exception {
    if (kind == Kind.POSTGRESQL) {
      synchronized (OperatorCommandsTest.class) {
        if (server == null) {
          server = EmbeddedPostgres.builder().start();
        }
        String name = "replay" + ++databases;
        try (var connection = server.getPostgresDatabase().getConnection();
            var statement = connection.createStatement()) {
          statement.execute("CREATE DATABASE " + name);
        }
        options.add("-Dvolccv.ledger=" + server.getJdbcUrl("postgres", name));
      }
    }
  }

  @Test
  void aThrottledInputThatIsReplayedEndsInTheOutbox() throws Exception {
    input("coffee.png", "cats/tom.png");
    Files.writeString(home.resolve("data/inbox/cats/tom.txt"), "a cat in ink");
    runWith(THROTTLED);
    assertThat(home.resolve("data/failed/cats/tom.txt")).hasContent("a cat in ink");

    assertThat(execute("replay", "--code", "50429")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).isEqualToIgnoringNewLines("nothing to replay");
    assertThat(execute("replay", "--code", "50430", "--since", "1h")).isEqualTo(ExitCode.OK);

    assertThat(terminal.out())
        .contains("NAME", "CODE", "AGE", "BILLED", "WHAT HAPPENS")
        .contains("data/failed/cats/tom.png", "50430", "back: is sent")
        .contains("2 back, 0 stay, 0 refused");
    assertThat(files("data/inbox")).containsExactly("cats/tom.png", "cats/tom.txt", "coffee.png");
    assertThat(files("data/failed")).isEmpty();
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(home.resolve("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(home.resolve("data/outbox/cats/tom.jpg.json")).content().contains("a cat in ink");
  }

  @ParameterizedTest
  @EnumSource
  void aFinalFailureIsSentAgainOnlyWhenItIsReplayed(Kind kind) throws Exception {
    on(kind);
    input("coffee.png");
    runWith(FAULTY);
    Path parked = home.resolve("data/failed/coffee.png");
    Files.move(parked, home.resolve("data/inbox/coffee.png"));
    Files.delete(home.resolve("data/failed/coffee.png.error.json"));
    assertThat(run()).as("the failure is told again").isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(sandbox.bill().posts()).isEqualTo(1);

    assertThat(execute("replay", "--json")).isEqualTo(ExitCode.OK);

    assertThat(json().path("back").intValue()).isEqualTo(1);
    assertThat(json().at("/inputs/0/job").textValue()).isEqualTo("FAILED");
    assertThat(json().at("/inputs/0/action").textValue()).isEqualTo("back");
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(home.resolve("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void theUnknownIsOneMorePostAndOnlyWithResend(Kind kind) throws Exception {
    on(kind);
    input("coffee.png");
    runWith(CUT);
    List<String> before = files("data");

    assertThat(execute("replay")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("nothing to replay");
    assertThat(execute("replay", "--unknown")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("stays: perhaps paid").contains("0 back, 1 stay");
    assertThat(execute("replay", "--unknown", "--resend", "--dry-run")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("resend: ", "1 back", "nothing was changed");
    assertThat(execute("replay", "--unknown", "--resend")).isEqualTo(ExitCode.USAGE);
    assertThat(terminal.err()).contains("--resend: 1 may be paid twice", "write --yes too");
    assertThat(files("data")).isEqualTo(before);
    assertThat(status().at("/states/UNKNOWN").intValue()).isEqualTo(1);
    JsonNode maybe = status().at("/budget/total/maybe");

    assertThat(execute("replay", "--unknown", "--resend", "--yes")).isEqualTo(ExitCode.OK);

    assertThat(files("data/unknown")).isEmpty();
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(home.resolve("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().posts()).isEqualTo(2);
    assertThat(status().at("/states/UNKNOWN").intValue()).isZero();
    assertThat(status().at("/states/DELIVERED").intValue()).isEqualTo(1);
    assertThat(status().at("/budget/total/maybe")).isEqualTo(maybe);
    assertThat(maybe.path("images").intValue()).isPositive();
  }

  @Test
  void theUnknownWithoutAReleaseIsParkedAgainWithoutAPost() throws Exception {
    input("coffee.png");
    runWith(CUT);
    Files.move(home.resolve("data/unknown/coffee.png"), home.resolve("data/inbox/coffee.png"));
    Files.delete(home.resolve("data/unknown/coffee.png.error.json"));

    assertThat(run()).isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(home.resolve("data/unknown/coffee.png")).exists();
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aPersonIsAskedBeforeSomethingIsPaidTwice() throws Exception {
    input("coffee.png");
    runWith(CUT);

    assertThat(answering("n\n", "replay", "--unknown", "--resend")).isEqualTo(ExitCode.OK);
    assertThat(files("data/unknown")).contains("coffee.png");
    assertThat(answering("", "replay", "--unknown", "--resend")).isEqualTo(ExitCode.OK);
    assertThat(files("data/unknown")).contains("coffee.png");
    assertThat(answering("y\n", "replay", "--unknown", "--resend")).isEqualTo(ExitCode.OK);
    assertThat(files("data/unknown")).isEmpty();
    assertThat(files("data/inbox")).containsExactly("coffee.png");
  }

  @Test
  void aDryRunChangesNothing() throws Exception {
    input("coffee.png");
    Files.writeString(home.resolve("data/inbox/broken.png"), "no picture");
    runWith(FAULTY);
    List<String> before = files("data");
    JsonNode states = status().path("states");

    assertThat(execute("replay", "--dry-run", "--json")).isEqualTo(ExitCode.OK);

    assertThat(json().path("dryRun").booleanValue()).isTrue();
    assertThat(json().path("back").intValue()).isEqualTo(2);
    assertThat(files("data")).isEqualTo(before);
    assertThat(status().path("states")).isEqualTo(states);
    assertThat(execute("replay", "--state", "invalid")).isEqualTo(ExitCode.OK);
    assertThat(files("data/inbox")).containsExactly("broken.png");
  }

  @Test
  void aKeptPictureIsDeliveredWithoutAPost() throws Exception {
    input("coffee.png");
    Path outbox = home.resolve("data/outbox");
    Files.createDirectories(outbox);
    Path route = home.resolve("routes/to-folder.yaml");
    String working = Files.readString(route);
    Files.writeString(
        route,
        working.replace(
            "- bean: {ref: outputs, method: plan}",
            "- throwException: {exceptionType: java.lang.IllegalStateException, message: no sink}"));
    Path errors = home.resolve("routes/errors.yaml");
    Files.writeString(
        errors,
        Files.readString(errors)
            .replace(
                "${exchangeProperty.CamelVolcCvRetries} <= 6",
                "${exchangeProperty.CamelVolcCvRetries} <= 0"));
    assertThat(run()).isEqualTo(ExitCode.JOBS_FAILED);
    Files.writeString(route, working);
    assertThat(status().at("/states/DONE").intValue()).isEqualTo(1);

    assertThat(execute("replay")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("its kept picture is delivered");

    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(outbox.resolve("coffee.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void whatCannotGoBackIsRefusedWithAReason() throws Exception {
    input("coffee.png", "cats/tom.png");
    runWith(FAULTY);
    Files.delete(home.resolve("data/failed/cats/tom.png"));
    Path newer = Files.writeString(home.resolve("data/inbox/coffee.png"), "a newer one");

    assertThat(execute("replay")).isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(terminal.out())
        .contains("refused: its input is gone")
        .contains("refused: the inbox has a file of that name")
        .contains("0 back, 0 stay, 2 refused");
    assertThat(newer).hasContent("a newer one");
    assertThat(home.resolve("data/failed/coffee.png")).isNotEmptyFile();
    assertThat(execute("replay", "--source", "ftp")).isEqualTo(ExitCode.USAGE);
    assertThat(terminal.err()).startsWith("--source: ");
  }

  @ParameterizedTest
  @EnumSource
  void statusAndReplayWorkWhileTheAppRuns(Kind kind) throws Exception {
    on(kind);
    sandbox.close();
    sandbox = slowSandbox();
    input("coffee.png");
    CompletableFuture<Integer> running = CompletableFuture.supplyAsync(() -> run("--json"));
    await().atMost(40, SECONDS).until(() -> !sandbox.requests().isEmpty());

    JsonNode status = status();

    assertThat(status.at("/states/SENT").intValue() + status.at("/states/TASK").intValue())
        .isEqualTo(1);
    assertThat(status.at("/quota/concurrency/inUse").intValue()).isEqualTo(1);
    assertThat(status.at("/budget/total/held/images").intValue()).isPositive();
    String key = keyOfTheOnlyJob();
    park("failed/again.png", key);
    assertThat(execute("replay")).isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(terminal.out()).contains("refused: its job is under way");
    assertThat(running.get(60, SECONDS)).isEqualTo(ExitCode.OK);
    assertThat(home.resolve("data/outbox/coffee.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void statusSaysInItsFormatWhatTheLedgerKnows() throws Exception {
    input("coffee.png");
    runWith(CUT);
    options.add("-Dvolccv.budget.day.cny=50");

    JsonNode status = status();

    assertThat(new ArrayList<>(names(status)))
        .containsExactly("states", "spend", "budget", "quota", "oldestWaitingMs", "unknown");
    assertThat(names(status.path("states")))
        .containsExactly(
            "CLAIMED",
            "SENT",
            "TASK",
            "ANSWERED",
            "DONE",
            "DELIVERED",
            "FAILED",
            "UNKNOWN",
            "LOST");
    assertThat(names(status.path("spend"))).containsExactly("cny", "images");
    assertThat(status.at("/budget/day/limit/cny").decimalValue()).isEqualByComparingTo("50");
    assertThat(status.path("oldestWaitingMs").longValue()).isZero();
    assertThat(names(status.at("/unknown/0"))).containsExactly("jobKey", "since", "reqKey");
    assertThat(status.at("/unknown/0/jobKey").textValue()).matches("[0-9a-f]{64}");
    assertThat(status.at("/unknown/0/since").textValue()).matches("20\\d\\d-.*Z");

    assertThat(execute("status")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out())
        .contains("STATE", "UNKNOWN", "SPENT", "LIMIT", "50.00", "quota of main: ")
        .contains("UNKNOWN JOB", "high_aes_scheduler_svr_controlnet_v2.0", "perhaps paid");
  }

  @Test
  void statusMakesNoLedger() {
    assertThat(execute("status")).isEqualTo(ExitCode.LEDGER);
    assertThat(terminal.err()).startsWith("ledger: ").contains("there is none yet").hasLineCount(1);
    assertThat(home.resolve("data/ledger.db")).doesNotExist();
  }

  @Test
  void aLedgerInMemoryOutlivesNoApp() throws Exception {
    options.add("-Dvolccv.ledger=memory");
    assertThat(execute("status")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .startsWith("config: volccv.ledger: is memory, of which nothing outlives the app")
        .hasLineCount(1);
    input("coffee.png", "rocket.png");
    runWith(FAULTY);
    assertThat(execute("replay")).isEqualTo(ExitCode.OK);
    assertThat(files("data/inbox")).containsExactly("coffee.png", "rocket.png");
    runWith(CUT);
    assertThat(execute("replay", "--unknown")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("stays: perhaps paid", "2 stay");
    assertThat(execute("replay", "--unknown", "--resend", "--yes")).isEqualTo(ExitCode.OK);
    assertThat(files("data/inbox")).containsExactly("coffee.png", "rocket.png");
  }

  private String keyOfTheOnlyJob() throws SQLException {
    String url =
        options.isEmpty()
            ? "jdbc:sqlite:" + home.resolve("data/ledger.db")
            : options.get(0).replaceFirst("-Dvolccv.ledger=", "");
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT label FROM job")) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }

  private void park(String name, String jobKey) throws IOException {
    Path file = home.resolve("data").resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "picture");
    Files.writeString(
        Path.of(file + ".error.json"),
        """
        {"type": "X", "code": null, "stage": "route", "billed": "maybe", "jobKey": "%s",
         "time": "2026-01-31T10:00:00Z"}
        """
            .formatted(jobKey));
  }

  /** Runs once with a fault on every call; then the service is well again. */
  private void runWith(Fault fault) {
    sandbox.faults(List.of(fault));
    assertThat(run()).isEqualTo(ExitCode.JOBS_FAILED);
    sandbox.faults(List.of());
  }

  private int run(String... more) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "--once",
                "-Dcamel.component.volccv.baseUrl=" + sandbox.gateway(),
                "-Dcamel.component.volccv.apiKey=" + sandbox.options().apiKey(),
                "-Dcamel.component.volccv.accessKeyId=",
                "-Dcamel.component.volccv.secretAccessKey=",
                "-Dcamel.component.volccv.sessionToken="));
    line.addAll(Arrays.asList(more));
    TestTerminal own = new TestTerminal();
    int code = execute(own.terminal(), "", "run", line.toArray(String[]::new));
    assertThat(code).as(own.err()).isIn(ExitCode.OK, ExitCode.JOBS_FAILED);
    return code;
  }

  private JsonNode status() throws IOException {
    assertThat(execute("status", "--json")).as(terminal.err()).isEqualTo(ExitCode.OK);
    return json();
  }

  private JsonNode json() throws IOException {
    return new JsonMapper().readTree(terminal.out());
  }

  private int execute(String command, String... more) {
    terminal = new TestTerminal();
    return execute(terminal.terminal(), "", command, more);
  }

  /** On a terminal where a person answers. */
  private int answering(String answer, String command, String... more) {
    PrintWriter nowhere = new PrintWriter(new StringWriter());
    return execute(new Terminal(nowhere, nowhere, true, false, 100), answer, command, more);
  }

  private int execute(Terminal to, String answer, String command, String... more) {
    List<String> line = new ArrayList<>(List.of(command, "--home", home.toString()));
    line.addAll(options);
    line.addAll(Arrays.asList(more));
    return new Cli(to, termination, new StringReader(answer)).execute(line.toArray(String[]::new));
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Sandbox slowSandbox() {
    Duration time = Duration.ofSeconds(6);
    return Sandbox.start(
        SandboxOptions.defaults().withPort(0).withLatency(new SandboxOptions.Latency(time, time)));
  }

  private void input(String... names) throws IOException {
    for (String name : names) {
      Path file = home.resolve("data/inbox").resolve(name);
      Files.createDirectories(file.getParent());
      Files.copy(home.resolve("samples/coffee.png"), file);
    }
  }

  /** The files that are no ledger's and no lock's, with {@code /}. */
  private List<String> files(String folder) throws IOException {
    Path root = home.resolve(folder);
    TreeMap<String, Long> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (!name.matches("ledger\\.db.*|spool/.*|app\\.lock")) {
          files.put(name, Files.size(file));
        }
      }
    }
    return List.copyOf(files.keySet());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
