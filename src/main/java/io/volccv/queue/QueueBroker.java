package io.volccv.queue;

import io.volccv.error.Printable;
import io.volccv.files.ServerTrust;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.apache.camel.Component;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * The broker that the routes work with, and Camel's component for it, which they call {@code jms}:
 * a broker of one's own, or the one that is inside this process. AMQP 1.0 in both cases.
 */
public final class QueueBroker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QueueBroker.class);

  /**
   * A consumer asks for a message when it has time for it. With a window of 1 it would hold another
   * one back all the time that the first one takes, while other consumers and processes are idle. A
   * browser needs one: without it the broker says time and again that there is no more, when it is
   * only not quick enough; and a small one, since a message may have a picture in it.
   */
  private static final String CLIENT =
      "jms.prefetchPolicy.queuePrefetch=0&jms.prefetchPolicy.queueBrowserPrefetch=20"
          + "&jms.closeTimeout=5000";

  /** Only to reach the other one; a broker that is gone is looked for by Camel's consumers. */
  private static final String FAILOVER =
      "failover.maxReconnectAttempts=5&failover.startupMaxReconnectAttempts=5";

  private final @Nullable EmbeddedBroker broker;
  private final JmsConnectionFactory factory;
  private final CachingConnectionFactory senders;
  private final JmsComponent component;

  private QueueBroker(@Nullable EmbeddedBroker broker, JmsConnectionFactory factory) {
    this.broker = broker;
    this.factory = factory;
    this.senders = new CachingConnectionFactory(factory);
    // Every requester has a queue of its own for its replies: they would all be kept.
    senders.setCacheProducers(false);
    this.component = new JmsComponent();
    component.setConnectionFactory(factory);
    component.setTemplateConnectionFactory(senders);
    // The priority of a job is that of its message.
    component.setPreserveMessageQos(true);
    component.setRecoveryInterval(2_000);
  }

  /**
   * A broker inside this process, with its messages in {@code folder}.
   *
   * @param port on 127.0.0.1, for other programs of this machine; 0 for none
   * @param user what those say; without one nobody but this process knows what to say
   * @throws IOException why it cannot start
   */
  public static QueueBroker embedded(
      Path folder,
      int port,
      @Nullable String user,
      @Nullable String password,
      Set<String> queues,
      String dead)
      throws IOException {
    String name = user == null ? "volccv" : user;
    String secret = password == null ? random() : password;
    EmbeddedBroker broker;
    try {
      broker = EmbeddedBroker.start(folder, port, name, secret, queues, dead);
    } catch (Exception e) {
      throw new IOException(reason(e), e);
    }
    return new QueueBroker(
        broker, new JmsConnectionFactory(name, secret, broker.uri() + "?" + CLIENT));
  }

  /**
   * A broker that is there.
   *
   * @param urls {@code amqp://} or {@code amqps://}, host and port; of several one is active
   * @param trusted a file with certificates in PEM that are trusted, too; null for none
   * @throws IOException why it cannot be reached
   */
  public static QueueBroker external(
      List<String> urls, @Nullable String user, @Nullable String password, @Nullable String trusted)
      throws IOException {
    String url =
        urls.size() == 1
            ? urls.get(0) + "?" + CLIENT
            : "failover:(" + String.join(",", urls) + ")?" + CLIENT + "&" + FAILOVER;
    JmsConnectionFactory factory = new JmsConnectionFactory(user, password, url);
    if (trusted != null) {
      try {
        factory.setSslContext(new ServerTrust(trusted).createSSLContext(null));
      } catch (GeneralSecurityException e) {
        throw new IOException(reason(e), e);
      }
    }
    try (Connection connection = factory.createConnection()) {
      connection.start();
    } catch (JMSException e) {
      throw new IOException(reason(e), e);
    }
    return new QueueBroker(null, factory);
  }

  /** One that is never spoken to, for routes that are only looked at. */
  public static QueueBroker unconnected() {
    return new QueueBroker(null, new JmsConnectionFactory("amqp://127.0.0.1"));
  }

  /** What the innermost cause says. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return Printable.shorten(root.getMessage() == null ? root.toString() : root.getMessage(), 200);
  }

  /** The component {@code jms}. */
  public Component component() {
    return component;
  }

  /** A connection of the caller's own. */
  Connection connect() throws JMSException {
    return factory.createConnection();
  }

  static void close(Connection connection) {
    try {
      connection.close();
    } catch (JMSException e) {
      LOG.debug("Cannot close the connection to the queue", e);
    }
  }

  @Override
  public void close() {
    senders.destroy();
    if (broker != null) {
      broker.close();
    }
  }

  private static String random() {
    byte[] secret = new byte[32];
    new SecureRandom().nextBytes(secret);
    return HexFormat.of().formatHex(secret);
  }
}
