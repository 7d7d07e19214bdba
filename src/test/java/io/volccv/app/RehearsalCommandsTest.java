package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code plan} and {@code check}: what they say of the shipped routes, and that nothing happens.
 */
final class RehearsalCommandsTest {
  private static final Path PROJECT = Path.of("").toAbsolutePath();

  private static Sandbox sandbox;

  @TempDir Path home;
  private final Termination termination = new Termination();
  private TestTerminal terminal = new TestTerminal();

  @BeforeAll
  static void startSandbox() {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  }

  @AfterAll
  static void stopSandbox() {
    sandbox.close();
  }

  @BeforeEach
  void unpack() throws IOException {
    for (String part : List.of("routes", "config")) {
      copy(PROJECT.resolve(part), home.resolve(part));
    }
    Files.createDirectories(home.resolve("data/inbox"));
  }

  @AfterEach
  void forget() {
    sandbox.faults(List.of());
    sandbox.reset();
  }

  @Test
  void aPlanNamesEachInputItsPromptAndWhatItMayCost() throws Exception {
    input("cats/tom.png");
    Files.writeString(home.resolve("data/inbox/cats/tom.txt"), "a cat in ink");
    input("seaside.png");
    List<String> before = files();

    int code = execute("plan", "-Dvolccv.reqKey=jimeng_i2i_v30", "-Dvolccv.params=");

    assertThat(code).as(terminal.err()).isEqualTo(ExitCode.OK);
    assertThat(terminal.out())
        .contains("INPUT", "PROMPT", "WHAT HAPPENS", "PICTURES", "CNY")
        .containsPattern("cats/tom.png +a cat in ink +is sent")
        .contains("2 of 2 would be sent");
    assertThat(files()).isEqualTo(before);
    assertThat(sandbox.bill().posts()).isZero();
  }

  @Test
  void theWorstCaseOfAKnownPriceIsAddedUp() throws Exception {
    input("a.png");
    input("b.png");
    Files.writeString(
        home.resolve("config/models.json"),
        """
        {"seed_like": {"like": "high_aes_scheduler_svr_controlnet_v2.0",
                       "results": {"kind": "image", "max": 3},
                       "price": {"cny": 0.2, "per": "image"}}}
        """);

    JsonNode plan =
        json(
            "plan",
            "--json",
            "-Dvolccv.reqKey=seed_like",
            "-Dcamel.component.volccv.models=file:config/models.json");

    assertThat(plan.path("calls").intValue()).isEqualTo(2);
    assertThat(plan.path("images").intValue()).isEqualTo(6);
    assertThat(plan.path("cny").decimalValue()).isEqualByComparingTo("1.2");
    assertThat(plan.path("unpriced").intValue()).isZero();
    assertThat(plan.at("/inputs/0/reqKey").textValue()).isEqualTo("seed_like");
    assertThat(plan.at("/inputs/0/jobKey").textValue()).hasSize(64);
  }

  @Test
  void whatIsWrongStaysInTheInboxAndIsNamed() throws Exception {
    Files.writeString(home.resolve("data/inbox/note.jpg"), "no picture");
    input("rocket.png");
    Files.writeString(home.resolve("data/inbox/rocket.yaml"), "fields: {nme: Saturn}");
    List<String> before = files();

    assertThat(execute("plan")).isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(terminal.out())
        .contains("note.jpg: ", "send a whole JPEG or PNG")
        .contains("rocket.png: ", "did you mean name?")
        .contains("0 of 2 would be sent");
    assertThat(terminal.err()).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  @Test
  void whatWasDeliveredOrIsPerhapsPaidIsNotCountedAgain() throws Exception {
    input("tom.png");
    assertThat(execute("run", "--once")).isEqualTo(ExitCode.OK);
    input("tom.png");
    input("mia.png");
    Files.writeString(home.resolve("data/inbox/mia.txt"), "a cat that was cut off");
    Files.move(home.resolve("data/inbox/tom.png"), home.resolve("tom.png"));
    sandbox.faults(List.of(Fault.always(Fault.Kind.CUT_AFTER_BILLING)));
    assertThat(execute("run", "--once")).isEqualTo(ExitCode.JOBS_FAILED);
    sandbox.faults(List.of());
    Files.move(home.resolve("tom.png"), home.resolve("data/inbox/tom.png"));
    Files.move(home.resolve("data/unknown/mia.png"), home.resolve("data/inbox/mia.png"));
    Files.move(home.resolve("data/unknown/mia.txt"), home.resolve("data/inbox/mia.txt"));
    int posts = (int) sandbox.bill().posts();

    assertThat(execute("plan")).isEqualTo(ExitCode.OK);

    assertThat(terminal.out())
        .containsPattern("mia.png .*perhaps paid")
        .containsPattern("tom.png .*was delivered before")
        .contains("0 of 2 would be sent");
    assertThat(sandbox.bill().posts()).isEqualTo(posts);
  }

  @Test
  void anEmptyInboxIsNoMistakeAndAnotherSourceCannotBePlanned() {
    assertThat(execute("plan")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("nothing is in the inbox");

    assertThat(execute("plan", "-Dvolccv.sources=ftp", "-Dftp.host=127.0.0.1", "-Dftp.user=a"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err()).contains("config: volccv.sources: has no folder");
  }

  @Test
  void aGoodConfigurationIsToldPointByPoint() throws Exception {
    input("tom.png");

    JsonNode check = json("check", "--json");

    assertThat(check.path("ok").booleanValue()).isTrue();
    assertThat(check.at("/checks/routes").textValue()).contains("from-folder", "picture");
    assertThat(check.at("/checks/ledger").textValue()).contains("none yet");
    assertThat(check.at("/checks").has("service")).isFalse();
    assertThat(files()).containsExactly("inbox/tom.png");
    assertThat(sandbox.bill().posts()).isZero();
  }

  @Test
  void noServerIsLookedForAndNoBrokerStarted() throws Exception {
    JsonNode check =
        json(
            "check",
            "--json",
            "-Dvolccv.sources=queue,ftp",
            "-Dftp.host=127.0.0.1",
            "-Dftp.user=studio",
            "-Dftp.password=secret");

    assertThat(check.at("/checks/routes").textValue()).contains("from-queue", "from-ftp-pictures");
    assertThat(files()).isEmpty();
  }

  @Test
  void aMistakeOfARouteOrThePropertiesIsOneLine() throws Exception {
    Path route = home.resolve("routes/picture.yaml");
    Files.writeString(
        route, Files.readString(route).replace("uri: volccv:process", "uri: volccv:proces"));
    assertThat(execute("check")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err().lines()).singleElement().asString().contains("proces");

    assertThat(execute("check", "-Dvolccv.prmpt=restyle")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err()).contains("did you mean volccv.prompt?");
  }

  @Test
  void theServiceIsAskedFreeOfChargeWhetherItKnowsUs() throws Exception {
    assertThat(json("check", "--json", "--service").at("/checks/service").textValue())
        .contains("accepts the credentials");
    assertThat(sandbox.bill().images()).isZero();

    assertThat(execute("check", "--service", "-Dcamel.component.volccv.apiKey=wrong"))
        .isEqualTo(ExitCode.UNAUTHORIZED);
    assertThat(terminal.err()).startsWith("unauthorized: ").doesNotContain("wrong-key");

    assertThat(execute("check", "--service", "-Dcamel.component.volccv.baseUrl=http://127.0.0.1:1"))
        .isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(terminal.err()).startsWith("service: ");
  }

  private JsonNode json(String command, String... more) throws IOException {
    assertThat(execute(command, more)).as(terminal.err()).isEqualTo(ExitCode.OK);
    return new JsonMapper().readTree(terminal.out());
  }

  private int execute(String command, String... more) {
    terminal = new TestTerminal();
    List<String> line =
        new ArrayList<>(
            List.of(
                command,
                "--home",
                home.toString(),
                "-Dcamel.component.volccv.baseUrl=" + sandbox.gateway(),
                "-Dcamel.component.volccv.apiKey=" + sandbox.options().apiKey(),
                "-Dcamel.component.volccv.accessKeyId=",
                "-Dcamel.component.volccv.secretAccessKey=",
                "-Dcamel.component.volccv.sessionToken="));
    line.addAll(Arrays.asList(more));
    return new Cli(terminal.terminal(), termination).execute(line.toArray(String[]::new));
  }

  private void input(String name) throws IOException {
    Path file = home.resolve("data/inbox").resolve(name);
    Files.createDirectories(file.getParent());
    Files.copy(PROJECT.resolve("samples/coffee.png"), file);
  }

  /** The files below {@code data}, but for the lock of the spool. */
  private List<String> files() throws IOException {
    Path data = home.resolve("data");
    try (Stream<Path> all = Files.walk(data)) {
      return all.filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString())
          .filter(name -> !name.equals("spool/gate"))
          .sorted()
          .toList();
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
