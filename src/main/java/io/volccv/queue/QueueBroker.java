package io.volccv.queue;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.apache.camel.Component;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * The broker that the routes work with, and Camel's component for it, which they call {@code jms}:
 * a broker of one's own, or the one that is inside this process. AMQP 1.0 in both cases.
 */
public final class QueueBroker implements AutoCloseable {

  /**
   * A consumer asks for a message when it has time for it. With a window of 1 it would hold another
   * one back all the time that the first one takes, while other consumers and processes are idle.
   */
  private static final String CLIENT = "jms.prefetchPolicy.all=0&jms.closeTimeout=5000";

  private final @Nullable EmbeddedBroker broker;
  private final CachingConnectionFactory senders;
  private final JmsComponent component;

  private QueueBroker(@Nullable EmbeddedBroker broker, JmsConnectionFactory factory) {
    this.broker = broker;
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
   * @throws IllegalStateException when it cannot start
   */
  public static QueueBroker embedded(
      Path folder,
      int port,
      @Nullable String user,
      @Nullable String password,
      Set<String> queues,
      String dead) {
    String name = user == null ? "volccv" : user;
    String secret = password == null ? random() : password;
    EmbeddedBroker broker;
    try {
      broker = EmbeddedBroker.start(folder, port, name, secret, queues, dead);
    } catch (Exception e) {
      throw new IllegalStateException(String.valueOf(e.getMessage()), e);
    }
    return new QueueBroker(
        broker, new JmsConnectionFactory(name, secret, broker.uri() + "?" + CLIENT));
  }

  /** A broker that is there: {@code amqp://} or {@code amqps://}, host and port. */
  public static QueueBroker external(String url, @Nullable String user, @Nullable String password) {
    return new QueueBroker(null, new JmsConnectionFactory(user, password, url + "?" + CLIENT));
  }

  /**
   * Connects once.
   *
   * @throws JMSException why that fails
   */
  public void check() throws JMSException {
    ConnectionFactory factory = component.getConfiguration().getConnectionFactory();
    try (Connection connection = factory.createConnection()) {
      connection.start();
    }
  }

  /** The component {@code jms}. */
  public Component component() {
    return component;
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
