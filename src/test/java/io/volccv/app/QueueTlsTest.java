package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.queue.QueueBroker;
import jakarta.jms.Connection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.jms.JmsComponent;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that speaks TLS: whom the app believes, and whom it does not. */
final class QueueTlsTest {

  /** Its certificate is for the first of them only. */
  private static final String NAMED = "127.0.0.1";

  private static final String OTHER = "127.0.0.2";

  @TempDir static Path folder;
  private static BrokerTestServer broker;

  @BeforeAll
  static void start() throws Exception {
    broker = new BrokerTestServer(folder.resolve("broker"), NAMED, OTHER);
  }

  @AfterAll
  static void stop() throws Exception {
    broker.close();
  }

  @Test
  void aBrokerWhoseCertificateIsTrustedIsUsed() throws Exception {
    try (QueueBroker used = connect(NAMED, QueueClient.PASSWORD, trusted())) {
      JmsComponent jms = (JmsComponent) used.component();
      try (Connection connection =
          jms.getConfiguration().getConnectionFactory().createConnection()) {
        connection.start();
      }
    }
  }

  @Test
  void aCertificateOfNobodyKnownIsRefused() {
    assertThatThrownBy(() -> connect(NAMED, QueueClient.PASSWORD))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("config: queue.url: the broker cannot be used: ")
        .hasMessageContaining("certification path")
        .hasMessageNotContaining("\n");
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() {
    assertThatThrownBy(() -> connect(OTHER, QueueClient.PASSWORD, trusted()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("config: queue.url: the broker cannot be used: ")
        .hasMessageContaining(OTHER);
  }

  @Test
  void aWrongPasswordIsRefusedAndNotTold() {
    assertThatThrownBy(() -> connect(NAMED, "another secret", trusted()))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("config: queue.url: the broker cannot be used: ")
        .hasMessageNotContaining("another secret");
  }

  private static String trusted() {
    return "queue.trustedCertificates=" + TestCertificate.pem();
  }

  private static QueueBroker connect(String host, String password, String... more) {
    List<String> lines = new ArrayList<>(List.of(more));
    lines.add("queue.url=" + broker.tlsUrl(host));
    lines.add("queue.user=" + QueueClient.USER);
    lines.add("queue.password=" + password);
    Map<String, String> written = new HashMap<>();
    for (String line : lines) {
      written.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1));
    }
    Home home = new Home(folder);
    Map<String, String> app =
        new QueueSettings(home, written).check(List.of("queue"), List.of("folder"), "");
    return QueueSettings.broker(new Settings(home, app, Map.of(), Map.of())).orElseThrow();
  }
}
