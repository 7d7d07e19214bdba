package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be written for tables, HTTP and the clock. */
final class IntakeSettingsTest {
  @TempDir Path folder;
  private TestHome home;

  @BeforeEach
  void unpack() throws Exception {
    home = TestHome.in(folder);
    for (String source : List.of("csv", "http", "timer", "queue")) {
      home.route("from-" + source + ".yaml", "- route: {from: {uri: direct:x, steps: []}}");
    }
    home.route("to-http.yaml", "- route: {from: {uri: direct:y, steps: []}}");
  }

  @Test
  void whatIsNotWrittenHasItsUsualValue() throws Exception {
    Settings settings = read("volccv.sources=csv,http");

    assertThat(settings.get("csv.inbox")).isEqualTo(folder.resolve("data/csv").toString());
    assertThat(settings.get("csv.encoding")).isEqualTo("UTF-8");
    assertThat(settings.get("http.host")).isEqualTo("127.0.0.1");
    assertThat(settings.get("http.keep")).isEqualTo("86400000");
    assertThat(settings.get("queue.pictures"))
        .isEqualTo(folder.resolve("data/pictures").toString());
    assertThat(settings.sources()).containsExactly("csv", "http", "queue");
    assertThat(settings.app()).doesNotContainKeys("http.token", "timer.schedule");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          volccv.sources=csv  csv.encoding=utf9                | csv.encoding: 'utf9' is not known
          volccv.sources=csv  csv.separator=ab                 | csv.separator: 'ab' is no separator
          volccv.sources=csv  csv.separator="                  | csv.separator: '"' is no separator
          volccv.sources=csv  csv.inbox=data/inbox             | csv.inbox: is volccv.inbox too
          volccv.sources=csv  csv.seperator=;                  | did you mean csv.separator?
          volccv.sources=http http.token=short                 | http.token: is too short
          volccv.sources=http http.port=70000                  | http.port: '70000'
          volccv.sources=http http.host=0.0.0.0                | http.token: is not set
          volccv.sources=http http.host=0.0.0.0 http.token=0123456789abcdef | http.certificate: is not set
          volccv.sources=http http.certificate=routes/from-csv.yaml | http.privateKey: is not set
          volccv.sources=http http.privateKey=none.pem         | http.privateKey: there is no readable file
          volccv.sources=http http.keep=soon                   | http.keep: 'soon'
          volccv.sources=timer                                 | timer.schedule: there is no readable file
          volccv.sources=timer timer.schedule=routes/from-csv.yaml timer.zone=Mars | timer.zone: 'Mars'
          """)
  void aMistakeIsOneLineThatSaysWhatToWrite(String lines, String reason) {
    assertThatThrownBy(() -> read(lines.split("\\s+")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("; ")
        .hasMessageNotContaining("\n")
        .hasMessageNotContaining("0123456789abcdef");
  }

  @Test
  void otherMachinesNeedATokenAndTlsOrAProxy() throws Exception {
    assertThat(
            read(
                    "volccv.sources=http",
                    "http.host=0.0.0.0",
                    "http.token=0123456789abcdef",
                    "http.behindProxy=true")
                .get("http.host"))
        .isEqualTo("0.0.0.0");
  }

  private Settings read(String... lines) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("volccv.reqKey=some_model", "volccv.prompt=restyle"));
    all.addAll(Arrays.asList(lines));
    return home.config(all.toArray(String[]::new)).read(Map.of());
  }
}
