package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Camel refuses, in the operator's words. */
final class StartFailureTest {
  @TempDir Path folder;
  private TestHome home;

  @BeforeEach
  void makeHome() throws IOException {
    home = TestHome.in(folder);
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          camel.main.shutdownTimout       | 60    | config: camel.main.shutdownTimout: there is no such property; did you mean camel.main.shutdownTimeout?
          camel.main.shutdownTimeout      | abc   | config: camel.main.shutdownTimeout: 'abc' is not a whole number; write digits only
          camel.main.shutdownTimeout      | 60s   | config: camel.main.shutdownTimeout: '60s' is not a whole number; write digits only
          camel.component.seda.queueSize  | many  | config: camel.component.seda.queueSize: 'many' is not a whole number; write digits only
          camel.component.direct.nope     | 1     | config: camel.component.direct.nope: there is no such property; remove it, or look up the name
          camel.component.direct.blok     | true  | config: camel.component.direct.blok: there is no such property; did you mean camel.component.direct.block?
          camel.component.direct.block    | maybe | config: camel.component.direct.block: 'maybe' is neither true nor false; write one of the two
          camel.component.nosuch.x        | 1     | config: camel.component.nosuch.x: there is no component 'nosuch'; correct the name, or put its jar into lib/
          camel.main.name                 | {{k}} | config: k: is used but not set; write k=... in config/application.properties
          """)
  void aMistakeInAnOptionOfCamelNamesTheOption(String key, String value, String line) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> start(Map.of(key, value)))
        .withMessage(line);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          logg: hi                                | config: routes/extra.yaml, line 6: Unknown node id: logg; correct it there
          to: nosuch:x                            | config: routes/extra.yaml: there is no component for nosuch://x; correct the name, or put its jar into lib/
          to: 'log:x?nope=1&apiKeyy=s3cret'       | config: routes/extra.yaml: there is no option apiKeyy, nope; correct its name
          to: 'log:{{some.key}}'                  | config: some.key: routes/extra.yaml uses it, but it is not set; write some.key=... in config/application.properties
          process: {ref: nope}                    | config: routes/extra.yaml: No bean could be found in the registry for: nope of type: org.apache.camel.Processor; correct it there
          setBody: {simple: '${nope'}             | config: routes/extra.yaml: expected symbol functionEnd but was eol; correct it there
          """)
  void aMistakeInARouteNamesTheFile(String step, String line) throws IOException {
    home.route("extra.yaml", route("extra", step));

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> start(Map.of()))
        .withMessage(line)
        .matches(e -> !e.getMessage().contains("s3cret"), "no secrets");
  }

  @Test
  void aFileThatIsNotYamlNamesTheLine() throws IOException {
    home.route("extra.yaml", "- route:\n    id: x\n   from:\n      uri: direct:x\n");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> start(Map.of()))
        .withMessage(
            "config: routes/extra.yaml, line 3: expected <block end>, "
                + "but found '<block mapping start>'; correct it there");
  }

  @Test
  void aRouteThatIsThereTwiceIsNamed() throws IOException {
    home.route("extra.yaml", route("to-folder", "log: hi"));

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> start(Map.of()))
        .withMessage(
            "config: routes/: there are two routes to-folder; give each file's routes their own id");
  }

  @Test
  void aClassThatIsNotThereIsNamed() throws IOException {
    home.route("extra.yaml", "- beans:\n    - name: gate\n      type: io.volccv.Nope\n");

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> start(Map.of()))
        .withMessage(
            "config: routes/extra.yaml: there is no class io.volccv.Nope; correct it there");
  }

  private static String route(String id, String step) {
    return """
        - route:
            id: %1$s
            from:
              uri: direct:%1$s
              steps:
                - %2$s
        """
        .formatted(id, step);
  }

  private void start(Map<String, String> overrides) {
    CamelApp.start(home.read(overrides), new Tally()).close();
  }
}
