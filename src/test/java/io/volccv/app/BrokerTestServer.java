package io.volccv.app;

import io.volccv.FreePorts;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/** Artemis as an operator has it, with the address settings that {@code docs/queue.md} asks for. */
final class BrokerTestServer implements AutoCloseable {
  private final EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
  private final int port = FreePorts.next();
  private final int tlsPort = FreePorts.next();

  /**
   * @param folder for its messages
   * @param tlsHosts addresses of this machine at which it speaks TLS, with the one certificate that
   *     it has
   */
  BrokerTestServer(Path folder, String... tlsHosts) throws Exception {
    Configuration configuration =
        new ConfigurationImpl()
            .setPersistenceEnabled(true)
            .setJournalType(JournalType.NIO)
            .setJournalDirectory(folder.resolve("journal").toString())
            .setBindingsDirectory(folder.resolve("bindings").toString())
            .setLargeMessagesDirectory(folder.resolve("large").toString())
            .setPagingDirectory(folder.resolve("paging").toString())
            .setJMXManagementEnabled(false)
            .setCriticalAnalyzer(false)
            .setMaxDiskUsage(98)
            .addAcceptorConfiguration("amqp", "tcp://127.0.0.1:" + port + "?protocols=AMQP")
            .addAddressSetting(
                "volccv.jobs",
                new AddressSettings()
                    .setMaxDeliveryAttempts(-1)
                    .setRedeliveryDelay(1_000)
                    .setRedeliveryMultiplier(2)
                    .setMaxRedeliveryDelay(60_000)
                    .setDeadLetterAddress(SimpleString.of("volccv.dead")));
    for (String host : tlsHosts) {
      configuration.addAcceptorConfiguration(
          "amqps-" + host,
          "tcp://%s:%d?protocols=AMQP&sslEnabled=true&keyStorePath=%s&keyStorePassword=%s"
              .formatted(host, tlsPort, TestCertificate.keyStore(), TestCertificate.PASSWORD));
    }
    SecurityConfiguration users = new SecurityConfiguration();
    users.addUser(QueueClient.USER, QueueClient.PASSWORD);
    users.addRole(QueueClient.USER, "all");
    Set<Role> roles = new HashSet<>();
    roles.add(
        new Role("all", true, true, true, true, true, true, true, true, true, true, false, false));
    configuration.putSecurityRoles("#", roles);
    artemis.setConfiguration(configuration);
    artemis.setSecurityManager(
        new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
    artemis.start();
  }

  /** The lines of the configuration that say how to reach it. */
  List<String> config() {
    return List.of(
        "queue.url=amqp://127.0.0.1:" + port,
        "queue.user=" + QueueClient.USER,
        "queue.password={{env:QUEUE_PASSWORD:}}");
  }

  /** Where it speaks TLS. */
  String tlsUrl(String host) {
    return "amqps://" + host + ":" + tlsPort;
  }

  QueueClient client() throws Exception {
    return new QueueClient(port);
  }

  @Override
  public void close() throws Exception {
    artemis.stop();
  }
}
