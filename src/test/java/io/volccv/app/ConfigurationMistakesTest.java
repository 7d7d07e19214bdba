package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each mistake stops the shipped app with exit code 3 and one line that says what to write. */
final class ConfigurationMistakesTest {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  @TempDir Path home;
  private final TestTerminal terminal = new TestTerminal();

  @BeforeEach
  void unpack() throws IOException {
    for (String part : List.of("routes", "config")) {
      copy(PROJECT.resolve(part), home.resolve(part));
    }
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          volccv.inbx | a | config: volccv.inbx: there is no such property; did you mean volccv.inbox?
          camel.component.volccv.apiKeyy | secret | config: camel.component.volccv.apiKeyy: there is no such property; did you mean camel.component.volccv.apiKey?
          volccv.operation | paint | config: volccv.operation: 'paint' is not known; write generate or process
          camel.component.volccv.output | pictures | config: camel.component.volccv.output: 'pictures' is not known; write image or result
          camel.component.volccv.download | maybe | config: camel.component.volccv.download: 'maybe' is neither true nor false; write one of the two
          camel.component.volccv.maxInFlight | many | config: camel.component.volccv.maxInFlight: 'many' is not a whole number; write digits only
          camel.component.volccv.maxInFlight | 0 | config: camel.component.volccv.maxInFlight: 0 is not positive; write a number above 0
          camel.component.volccv.apiKey | '' | config: camel.component.volccv.apiKey: no credentials are set; set apiKey (VOLC_API_KEY), or accessKeyId and secretAccessKey (VOLC_ACCESSKEY, VOLC_SECRETKEY)
          camel.component.volccv.accessKeyId | AKLT | config: camel.component.volccv.apiKey: it is set beside accessKeyId; keep one kind of credentials
          camel.component.volccv.ledger | #bean:none | config: camel.component.volccv.ledger: No bean could be found in the registry for: none; write a value that fits
          camel.component.volccv.baseUrl | http://example.com/ | config: camel.component.volccv.baseUrl: http would send the credentials in the clear; write https://
          camel.component.volccv.baseUrl | nonsense | config: camel.component.volccv.baseUrl: nonsense is no web address; write https://HOST/PATH
          camel.component.volccv.baseUrl | https://u:secret@host/ | config: camel.component.volccv.baseUrl: it has more than host and path; write https://HOST/PATH
          camel.component.volccv.models | file:none.json | config: camel.component.volccv.models: there is no file none.json; write file: and the path of a YAML or JSON file
          camel.component.volccv.models | none.json | config: camel.component.volccv.models: none.json names no file; write file:NAME
          volccv.spool | config/application.properties | config: volccv.spool: config/application.properties cannot be made a folder; write another path
          volccv.inbox | config/application.properties | config: volccv.inbox: config/application.properties cannot be made a folder; write another path
          volccv.prompt | none | config: volccv.prompt: there is no config/prompts/none.mustache; write product or restyle, or add that file
          volccv.params | file:none.yaml | config: volccv.params: there is no file none.yaml; write file: and the path of a YAML or JSON file
          volccv.params | {scale: 3} | config: volccv.params: {scale: 3} is no file; write file:NAME.yaml, and the parameters into that file
          volccv.param.logo_info | {add_logo: true} | config: volccv.param.logo_info: is no scalar; put nested values into a file and name it in params
          volccv.param.controlnet_args | canny | config: volccv.param.controlnet_args: is no scalar; put it into a file and name it in params
          volccv.param.seed | many | config: volccv.param.seed: "many" has the wrong type; write a JSON integer
          volccv.quota.rate | -1 | config: volccv.quota.rate: '-1' does not fit; write a number from 0.001 to 10000, or nothing
          volccv.quota.concurrency | 1e9 | config: volccv.quota.concurrency: '1e9' does not fit; write a number from 1 to 100000, or nothing
          volccv.quota.maxWaiting | 0 | config: volccv.quota.maxWaiting: '0' does not fit; write a number from 1 to 1000000, or nothing
          volccv.budget.day.cny | -5 | config: volccv.budget.day.cny: '-5' does not fit; write a number from 0 to 1000000000, or nothing
          volccv.budget.day.cny | 0.0001 | config: volccv.budget.day.cny: '0.0001' does not fit; write a number from 0 to 1000000000, or nothing
          volccv.budget.total.images | 1.5 | config: volccv.budget.total.images: '1.5' does not fit; write a number from 0 to 1000000000, or nothing
          volccv.budget.total.images | many | config: volccv.budget.total.images: 'many' is no number; write a number from 0 to 1000000000, or nothing
          volccv.budget.zone | Mars/Base | config: volccv.budget.zone: 'Mars/Base' is no time zone; write one such as Asia/Shanghai
          volccv.budget.route.from-folder.day.cny | -1 | config: volccv.budget.route.from-folder.day.cny: '-1' does not fit; write a number from 0 to 1000000000, or nothing
          volccv.budget.route.from-folder.week.cny | 1 | config: volccv.budget.route.from-folder.week.cny: there is no such property; write volccv.budget.route.ID.day.cny, or day.images, total.cny, total.images
          volccv.budget.route.from-foldr.day.cny | 1 | config: volccv.budget.route.from-foldr: there is no route from-foldr; write one of from-folder
          volccv.reqKey | '' | config: volccv.reqKey: is not set; write volccv.reqKey=... in config/application.properties
          """)
  void isOneLineThatSaysWhatToWrite(String key, String value, String line) {
    assertThat(run("-D" + key + "=" + value)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err()).isEqualToIgnoringNewLines(line).hasLineCount(1);
    assertThat(terminal.out()).isEmpty();
  }

  @Test
  void aTemplateThatIsWrongIsOneLineToo() throws IOException {
    Files.writeString(home.resolve("config/prompts/restyle.mustache"), "{{name}},\n{{style");

    assertThat(run()).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .isEqualToIgnoringNewLines(
            "config: volccv.prompt: prompt template restyle, line 2: {{style is not closed; "
                + "write }} after the field");
  }

  @Test
  void aBrokenFileOfModelDataIsNamed() throws IOException {
    Files.writeString(home.resolve("models.json"), "{\"a\": {\"prompts\": 1}}");

    assertThat(run("-Dcamel.component.volccv.models=file:models.json"))
        .isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .startsWith("config: camel.component.volccv.models: ")
        .contains("models.json: a.prompts: there is no such field; write one of latencyMs, modes")
        .hasLineCount(1);
  }

  @Test
  void aBudgetThatWouldBeForgottenIsRefused() {
    String line =
        ": is not kept by volccv.ledger=memory; write volccv.ledger=jdbc:sqlite:data/ledger.db, or leave the budget out";
    for (String key :
        List.of("volccv.budget.day.cny", "volccv.budget.route.from-folder.total.images")) {
      TestTerminal own = new TestTerminal();
      assertThat(run(own, "-Dvolccv.ledger=memory", "-D" + key + "=5"))
          .isEqualTo(ExitCode.CONFIGURATION);
      assertThat(own.err()).isEqualToIgnoringNewLines("config: " + key + line);
    }
  }

  @Test
  void twoLedgersAreNotGuessedBetween() throws IOException {
    Files.writeString(
        home.resolve("routes/ledgers.yaml"),
        """
        - beans:
            - name: one
              type: io.volccv.ledger.InMemoryLedger
              constructors: {"0": 1, "1": 1}
            - name: two
              type: io.volccv.ledger.InMemoryLedger
              constructors: {"0": 1, "1": 1}
        """);

    assertThat(run("-Dvolccv.ledger=memory")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .isEqualToIgnoringNewLines(
            "config: camel.component.volccv.ledger: 2 ledgers are in the registry; "
                + "name one: ledger=#bean:NAME");
  }

  @Test
  void aSpoolThatIsAFileIsNamed() {
    String option = "-Dcamel.component.volccv.spoolDirectory=";
    Path file = home.resolve("config/application.properties");

    assertThat(run(option + file)).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(terminal.err())
        .isEqualToIgnoringNewLines(
            "config: camel.component.volccv.spoolDirectory: "
                + file
                + " cannot be used: it exists and is something else; write a folder to write to");
  }

  private int run(String... options) {
    return run(terminal, options);
  }

  private int run(TestTerminal terminal, String... options) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "run",
                "--home",
                home.toString(),
                "-Dcamel.component.volccv.apiKey=key",
                "-Dcamel.component.volccv.baseUrl=http://127.0.0.1:1/",
                "-Dcamel.component.volccv.accessKeyId=",
                "-Dcamel.component.volccv.secretAccessKey=",
                "-Dcamel.component.volccv.sessionToken="));
    line.addAll(List.of(options));
    return new Cli(terminal.terminal(), new Termination()).execute(line.toArray(String[]::new));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
