package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.FreePorts;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lines about the queue, and what is said of mistakes in them. */
final class QueueSettingsTest {

  @TempDir Path folder;
  private Home home;

  @BeforeEach
  void home() {
    home = new Home(folder);
  }

  private Map<String, String> check(String concurrency, String... lines) {
    Map<String, String> written = new HashMap<>();
    for (String line : lines) {
      int at = line.indexOf('=');
      written.put(line.substring(0, at), line.substring(at + 1));
    }
    return new QueueSettings(home, written).check(List.of("queue"), List.of("folder"), concurrency);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "queue.url=http://broker:5672 | queue.url: is no address of a broker",
        "queue.url=amqps://user:secret@broker | queue.url: is no address of a broker",
        "queue.url=amqp://broker?x=y | queue.url: is no address of a broker",
        "queue.port=70000 | queue.port: '70000' is no port",
        "queue.port=5672 | queue.port: would let every program",
        "queue.user=studio | queue.password: is not set",
        "queue.password=x | queue.user: is not set",
        "queue.jobs=a b | queue.jobs: 'a b' is no name",
        "queue.jobs=volccv.dead | queue.jobs: is not the only queue",
        "queue.consumers=0 | queue.consumers: '0' does not fit",
        "queue.content=both | queue.content: 'both' is not known",
        "queue.trustedCertificates=none.pem | queue.trustedCertificates: there is no readable",
        "queue.user_=x | queue.user_: there is no such property; did you mean queue.user?"
      })
  void aMistakeIsOneLineThatSaysWhatToWrite(String line, String message) {
    assertThatThrownBy(() -> check("", line))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({"'', 16", "1, 2", "4, 6", "10, 15", "100000, 256"})
  void consumersAreSomeMoreThanCallsThatAreGranted(String concurrency, String consumers) {
    assertThat(check(concurrency)).containsEntry("queue.consumers", consumers);
  }

  @Test
  void nothingIsMadeForAQueueThatIsNotUsed() {
    Map<String, String> app =
        new QueueSettings(home, Map.of()).check(List.of("folder"), List.of("folder"), "");

    assertThat(app).isEmpty();
    assertThat(folder.resolve("data/queue")).doesNotExist();
  }

  @Test
  void aBrokerThatIsNotThereIsAConfigurationError() throws Exception {
    Map<String, String> app = check("", "queue.url=amqp://127.0.0.1:" + FreePorts.next());

    assertThatThrownBy(() -> QueueSettings.broker(new Settings(home, app, Map.of(), Map.of())))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("queue.url: the broker cannot be used: ");
  }

  @Test
  void whoFeedsTheQueueAlsoTakesFromIt() {
    assertThat(QueueSettings.withQueue(List.of("csv"))).containsExactly("csv", "queue");
    assertThat(QueueSettings.withQueue(List.of("folder"))).containsExactly("folder");
  }
}
