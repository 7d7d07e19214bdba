package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsReaderTest {
  @TempDir Path folder;
  private TestHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = TestHome.in(folder);
  }

  @Test
  void foldersThatAreNotWrittenAreThoseOfTheContractBelowTheHome() {
    Settings settings = home.read(Map.of());

    assertThat(settings.inbox()).isEqualTo(folder.resolve("data/inbox")).isDirectory();
    assertThat(settings.outbox()).isEqualTo(folder.resolve("data/outbox")).isDirectory();
    assertThat(settings.get("volccv.unknown")).isEqualTo(folder.resolve("data/unknown").toString());
  }

  @Test
  void anAbsolutePathStaysWhereItIs(@TempDir Path elsewhere) {
    Settings settings = home.read(Map.of("volccv.outbox", elsewhere.toString()));

    assertThat(settings.outbox()).isEqualTo(elsewhere);
  }

  @Test
  void theCommandLineWinsOverTheFile() throws IOException {
    home.config("volccv.reqKey=a", "volccv.prompt=restyle", "volccv.operation=generate");

    assertThat(home.read(Map.of("volccv.operation", "process")).get("volccv.operation"))
        .isEqualTo("process");
  }

  @Test
  void environmentVariablesAreFilledInAndDefaultsWhereTheyAreNotSet() {
    Settings settings =
        home.read(
            Map.of(
                "volccv.inbox", "{{env:BOXES}}/in",
                "volccv.outbox", "{{env:NOT_SET:boxes}}/out"));

    assertThat(settings.inbox()).isEqualTo(folder.resolve("boxes/in"));
    assertThat(settings.outbox()).isEqualTo(folder.resolve("boxes/out"));
  }

  @Test
  void sinksBecomeTheEndpointsThatTheRoutesSendTo() throws IOException {
    home.route("to-archive.yaml", "");

    assertThat(home.read(Map.of("volccv.sinks", " folder , archive ")).get("volccv.to"))
        .isEqualTo("direct:to-folder,direct:to-archive");
  }

  @Test
  void onlyTheRoutesOfEnabledEndsAreRun() throws IOException {
    home.route("to-archive.yaml", "").route("errors.yaml", "").route("notes.txt", "");
    Settings settings = home.read(Map.of());

    assertThat(RouteFiles.of(home.home(), settings.sources(), settings.sinks()))
        .extracting(file -> file.getFileName().toString())
        .containsExactly("errors.yaml", "from-folder.yaml", "to-folder.yaml");
  }

  @Test
  void singleParametersAreHandedOnByTheirNames() {
    assertThat(home.read(Map.of("volccv.param.seed", "42")).params())
        .containsExactly(entry("seed", "42"));
  }

  @Test
  void theParameterFileAndTheTemplatesLieBelowTheHome() throws IOException {
    home.write("config/params/x.yaml", "scale: 3");
    Settings settings = home.read(Map.of("volccv.params", "file:config/params/x.yaml"));

    assertThat(settings.get("volccv.params"))
        .isEqualTo("file:" + folder.resolve("config/params/x.yaml"));
    assertThat(settings.camel())
        .containsEntry("camel.language.prompt.folder", folder.resolve("config/prompts").toString());
  }

  @Test
  void secretsAreLeftForCamelAndAreNowhereInTheText() {
    Settings settings = home.read(Map.of("camel.component.volccv.apiKey", "{{env:BOXES}}"));

    assertThat(settings.camel()).containsEntry("camel.component.volccv.apiKey", "{{env:BOXES}}");
    assertThat(settings).hasToString("Settings[" + folder + "]");
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          volccv.inbx        | data/in      | config: volccv.inbx: there is no such property; did you mean volccv.inbox?
          volccv.whatever    | 1            | config: volccv.whatever: there is no such property; see config/application.properties for all of them
          volcv.inbox        | data/in      | config: volcv.inbox: there is no such property; did you mean volccv.inbox?
          camel.componet.x.y | 1            | config: camel.componet.x.y: there is no such property; did you mean camel.component.x.y?
          volccv.operation   | Generate     | config: volccv.operation: 'Generate' is not known; write generate or process
          volccv.sources     | ftp          | config: volccv.sources: 'ftp' has no routes/from-ftp.yaml; write folder, or add that file
          volccv.sinks       | folder,queue | config: volccv.sinks: 'queue' has no routes/to-queue.yaml; write folder, or add that file
          volccv.sources     | ,            | config: volccv.sources: names nothing; write folder
          volccv.reqKey      | ''           | config: volccv.reqKey: is not set; write volccv.reqKey=... in config/application.properties
          volccv.prompt      | restile      | config: volccv.prompt: there is no config/prompts/restile.mustache; write restyle, or add that file
          volccv.params      | file:no.yaml | config: volccv.params: there is no file no.yaml; write file: and the path of a YAML or JSON file
          volccv.inbox       | a.file/in    | config: volccv.inbox: a.file/in cannot be made a folder; write another path
          volccv.outbox      | a.file       | config: volccv.outbox: a.file cannot be made a folder; write another path
          volccv.outbox      | data/inbox/x | config: volccv.outbox: lies in volccv.inbox, so that what is written there becomes an input again; write a folder outside of data/inbox
          volccv.done        | data/inbox   | config: volccv.done: lies in volccv.inbox, so that what is written there becomes an input again; write a folder outside of data/inbox
          volccv.inbox       | {{env:NOPE}} | config: volccv.inbox: the environment variable NOPE is not set; set it, or write {{env:NOPE:}} for an empty value
          camel.main.name    | {{env:NOPE}} | config: camel.main.name: the environment variable NOPE is not set; set it, or write {{env:NOPE:}} for an empty value
          """)
  void aMistakeIsOneLineThatSaysWhatToWrite(String key, String value, String line)
      throws IOException {
    home.write("a.file", "not a folder");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> home.read(Map.of(key, value)))
        .withMessage(line);
  }

  @Test
  void aPropertyThatIsWrittenTwiceIsRefused() throws IOException {
    home.config("volccv.reqKey=a", "volccv.prompt=restyle", "volccv.reqKey=b");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> home.read(Map.of()))
        .withMessage(
            "config: config/application.properties: volccv.reqKey is written twice; "
                + "keep one of the lines");
  }

  @Test
  void aFileThatIsNotUtf8IsRefused() throws IOException {
    Files.write(home.home().config(), new byte[] {'a', '=', (byte) 0xC3, (byte) 0x28});

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> home.read(Map.of()))
        .withMessage("config: config/application.properties: is not UTF-8 text; save it as UTF-8");
  }

  @Test
  void aHomeWithoutConfigurationIsRefused() throws IOException {
    Files.delete(home.home().config());

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> home.read(Map.of()))
        .withMessageStartingWith("config: config/application.properties: is not in " + folder);
  }
}
