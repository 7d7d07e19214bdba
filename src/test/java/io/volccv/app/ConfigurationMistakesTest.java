package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
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
          volccv.inbx                                | a                     | config: volccv.inbx: there is no such property; did you mean volccv.inbox?
          camel.component.volccv.apiKeyy             | secret                | config: camel.component.volccv.apiKeyy: there is no such property; did you mean camel.component.volccv.apiKey?
          volccv.operation                           | paint                 | config: volccv.operation: 'paint' is not known; write generate or process
          camel.component.volccv.maxInFlight         | many                  | x
          camel.component.volccv.maxInFlight         | 0                     | config: camel.component.volccv.maxInFlight: 0 is not positive; write a number above 0
          camel.component.volccv.responseTimeout     | soon                  | x
          camel.component.volccv.maxReplyBytes       | 1 GB                  | x
          camel.component.volccv.output              | pictures              | x
          camel.component.volccv.download            | maybe                 | x
          camel.component.volccv.apiKey              | ''                    | x
          camel.component.volccv.accessKeyId         | AKLT                  | x
          camel.component.volccv.ledger              | #bean:none            | x
          camel.component.volccv.baseUrl             | http://example.com/   | config: camel.component.volccv.baseUrl: http would send the credentials in the clear; write https://
          camel.component.volccv.baseUrl             | nonsense              | config: camel.component.volccv.baseUrl: nonsense is no web address; write https://HOST/PATH
          camel.component.volccv.baseUrl             | https://u:p@host/     | x
          camel.component.volccv.models              | file:none.json        | x
          camel.component.volccv.models              | none.json             | x
          camel.component.volccv.spoolDirectory      | config/application.properties | x
          volccv.prompt                              | none                  | config: volccv.prompt: there is no config/prompts/none.mustache; write restyle, or add that file
          volccv.params                              | file:none.yaml        | config: volccv.params: there is no file none.yaml; write file: and the path of a YAML or JSON file
          volccv.params                              | {scale: 3}            | x
          volccv.params                              | file:config/application.properties | x
          volccv.inbox                               | config/application.properties | config: volccv.inbox: config/application.properties cannot be made a folder; write another path
          volccv.param.logo_info                     | {add_logo: true}      | x
          volccv.param.controlnet_args               | canny                 | x
          volccv.param.seed                          | many                  | x
          volccv.reqKey                              | ''                    | config: volccv.reqKey: is not set; write volccv.reqKey=... in config/application.properties
          """)
  void isOneLineThatSaysWhatToWrite(String key, String value, String line) {
    assertThat(run("-D" + key + "=" + value)).isEqualTo(ExitCode.CONFIGURATION);
    System.out.println(terminal.err().strip());
    assertThat(terminal.err()).isEqualToIgnoringNewLines(line).hasLineCount(1);
    assertThat(terminal.out()).isEmpty();
  }

  private int run(String... options) {
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
