package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CliTest {
  @TempDir Path folder;
  private final TestTerminal terminal = new TestTerminal();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nosuch",
        "run --nosuch",
        "--nosuch",
        "run --home",
        "sandbox --port many",
        "sandbox --latency fast",
        "sandbox --rate 0",
        "sandbox --host 0.0.0.0",
        "prompt",
        "prompt paint"
      })
  void wrongUsageEndsWithTwoAndSaysWhatIsWrong(String line) {
    assertThat(execute(line.split(" "))).isEqualTo(ExitCode.USAGE);
    assertThat(terminal.err()).isNotBlank().doesNotContain("\tat ");
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void helpNamesTheCommands() {
    assertThat(execute("--help")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("run", "demo", "sandbox");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "demo", "sandbox", "prompt"})
  void everyCommandExplainsItselfAndTheCommonOptions(String command) {
    assertThat(execute(command, "--help")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).contains("--home", "--json", "-D");
  }

  @Test
  void theVersionIsShown() {
    assertThat(execute("--version")).isEqualTo(ExitCode.OK);
    assertThat(terminal.out()).startsWith("volccv ");
  }

  @Test
  void withoutACommandItRuns() throws IOException {
    TestHome.in(folder).config("volccv.nope=1");

    assertThat(execute("--home", folder.toString())).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .isEqualToIgnoringNewLines(
            "config: volccv.nope: there is no such property; "
                + "see config/application.properties for all of them");
  }

  @Test
  void aPropertyOfTheCommandLineIsCheckedLikeOneOfTheFile() throws IOException {
    TestHome.in(folder);

    assertThat(execute("run", "--home", folder.toString(), "-Dvolccv.operation=paint"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .isEqualToIgnoringNewLines(
            "config: volccv.operation: 'paint' is not known; write generate or process");
  }

  @Test
  void aHomeThatIsBusyIsAConfigurationError() throws IOException {
    Home home = TestHome.in(folder).home();
    try (HomeLock lock = HomeLock.take(home, home.resolve("data"))) {
      assertThat(execute("run", "--home", folder.toString())).isEqualTo(ExitCode.CONFIGURATION);
    }
    assertThat(terminal.err()).startsWith("config: data/app.lock: another volccv").hasLineCount(1);
  }

  private int execute(String... args) {
    return new Cli(terminal.terminal(), new Termination()).execute(args);
  }
}
