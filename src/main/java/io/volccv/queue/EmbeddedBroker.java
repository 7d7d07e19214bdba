package io.volccv.queue;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;

/**
 * A message broker inside this process, for who has none: ActiveMQ Artemis with its journal in a
 * folder, forced to the disk before a message counts as sent. It listens on this machine only, and
 * speaks AMQP 1.0 as a broker of one's own would, so that there is one client and one behaviour.
 */
final class EmbeddedBroker implements AutoCloseable {

  private static final String ACCEPTOR = "amqp";
  private static final String ROLE = "app";

  /** Of what waits in a queue, so much is in memory; the rest is in the folder alone. */
  private static final long QUEUE_BYTES = 8 << 20;

  private static final int PAGE_BYTES = 1 << 20;

  private final EmbeddedActiveMQ artemis;

  private EmbeddedBroker(EmbeddedActiveMQ artemis) {
    this.artemis = artemis;
  }

  /**
   * Starts it.
   *
   * @param folder for the journal
   * @param port on 127.0.0.1; 0 for any
   * @param queues which there are from the beginning
   * @param dead the queue for messages that the broker itself gives up
   * @throws Exception why it cannot start
   */
  static EmbeddedBroker start(
      Path folder, int port, String user, String password, Set<String> queues, String dead)
      throws Exception {
    Configuration configuration = configuration(folder, port, dead);
    Set<Role> roles = new HashSet<>();
    roles.add(
        new Role(ROLE, true, true, true, true, true, true, false, true, true, true, false, false));
    configuration.putSecurityRoles("#", roles);
    for (String queue : queues) {
      configuration.addQueueConfiguration(
          QueueConfiguration.of(queue).setRoutingType(RoutingType.ANYCAST));
    }
    SecurityConfiguration users = new SecurityConfiguration();
    users.addUser(user, password);
    users.addRole(user, ROLE);
    EmbeddedActiveMQ artemis = new EmbeddedActiveMQ();
    artemis.setConfiguration(configuration);
    artemis.setSecurityManager(
        new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
    EmbeddedBroker broker = new EmbeddedBroker(artemis);
    try {
      artemis.start();
      if (!artemis.getActiveMQServer().isActive()) {
        throw new IllegalStateException("the broker did not become active");
      }
      return broker;
    } catch (Exception e) {
      broker.close();
      throw e;
    }
  }

  private static Configuration configuration(Path folder, int port, String dead) throws Exception {
    return new ConfigurationImpl()
        .setName("volccv")
        .setPersistenceEnabled(true)
        // Not asynchronous I/O: it needs a native library, and gains nothing at these rates.
        .setJournalType(JournalType.NIO)
        .setJournalDirectory(folder.resolve("journal").toString())
        .setBindingsDirectory(folder.resolve("bindings").toString())
        .setLargeMessagesDirectory(folder.resolve("large").toString())
        .setPagingDirectory(folder.resolve("paging").toString())
        .setJournalDatasync(true)
        .setJournalSyncTransactional(true)
        .setJournalSyncNonTransactional(true)
        .setPersistIDCache(true)
        .setMaxDiskUsage(98)
        .setSecurityEnabled(true)
        .setJMXManagementEnabled(false)
        .setMessageCounterEnabled(false)
        // It would have the whole process halted when the machine hangs for a while.
        .setCriticalAnalyzer(false)
        .addAcceptorConfiguration(
            ACCEPTOR, "tcp://127.0.0.1:" + port + "?protocols=AMQP&useEpoll=false")
        .addAddressSetting(
            "#",
            new AddressSettings()
                // A job that ends badly is put away by its route; nothing here may count its tries.
                .setMaxDeliveryAttempts(-1)
                .setRedeliveryDelay(1_000)
                .setRedeliveryMultiplier(2)
                .setMaxRedeliveryDelay(60_000)
                .setDeadLetterAddress(SimpleString.of(dead))
                // A job that has expired is one that nobody made.
                .setExpiryAddress(SimpleString.of(dead))
                .setDefaultAddressRoutingType(RoutingType.ANYCAST)
                .setDefaultQueueRoutingType(RoutingType.ANYCAST)
                .setAutoDeleteQueues(false)
                .setAutoDeleteAddresses(false)
                .setAddressFullMessagePolicy(AddressFullMessagePolicy.PAGE)
                .setMaxSizeBytes(QUEUE_BYTES)
                .setPageSizeBytes(PAGE_BYTES));
  }

  /** Where it listens. */
  URI uri() {
    int port =
        artemis.getActiveMQServer().getRemotingService().getAcceptor(ACCEPTOR).getActualPort();
    return URI.create("amqp://127.0.0.1:" + port);
  }

  @Override
  public void close() {
    try {
      artemis.stop();
    } catch (Exception e) {
      throw new IllegalStateException("the broker does not stop: " + e.getMessage(), e);
    }
  }
}
