package io.volccv.app;

import static org.awaitility.Awaitility.await;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.qpid.jms.JmsConnectionFactory;

/** Another program that sends jobs and reads results, over AMQP as any would. */
final class QueueClient implements AutoCloseable {
  static final String USER = "studio";
  static final String PASSWORD = "a secret";

  /** In milliseconds: what a broker does not answer is an error, instead of a test that stands. */
  private static final String LIMITS = "jms.requestTimeout=10000&amqp.drainTimeout=10000";

  private final JmsConnectionFactory factory;
  private final Connection connection;
  final Session session;

  QueueClient(int port) throws JMSException {
    this("amqp://127.0.0.1:" + port, USER, PASSWORD);
  }

  QueueClient(String url, String user, String password) throws JMSException {
    factory = new JmsConnectionFactory(user, password, url + "?" + LIMITS);
    connection = factory.createConnection();
    connection.start();
    session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
  }

  void job(String json) throws JMSException {
    send("volccv.jobs", session.createTextMessage(json));
  }

  void send(String queue, Message message) throws JMSException {
    try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
      producer.send(message);
    }
  }

  /** All at once: to wait for the disk with each takes long. */
  void send(String queue, List<? extends Message> messages) throws JMSException {
    try (Session all = connection.createSession(true, Session.SESSION_TRANSACTED);
        MessageProducer producer = all.createProducer(all.createQueue(queue))) {
      for (Message message : messages) {
        producer.send(message);
      }
      all.commit();
    }
  }

  BytesMessage bytes(byte[] content) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(content);
    return message;
  }

  /** The next message, at most after some seconds; null when there is none. */
  Message next(String queue) throws JMSException {
    try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      return consumer.receive(20_000);
    }
  }

  /** All that lies in a queue just now. */
  List<Message> take(String queue) throws JMSException {
    List<Message> messages = new ArrayList<>();
    try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      for (Message next = consumer.receiveNoWait(); next != null; next = consumer.receiveNoWait()) {
        messages.add(next);
      }
    }
    return messages;
  }

  /** What lies in a queue, and stays there: looked at over a connection of its own. */
  List<Message> browse(String queue) throws JMSException {
    List<Message> messages = new ArrayList<>();
    try (Connection own = factory.createConnection();
        Session look = own.createSession();
        QueueBrowser browser = look.createBrowser(look.createQueue(queue))) {
      own.start();
      for (Object message : Collections.list(browser.getEnumeration())) {
        messages.add((Message) message);
      }
    }
    return messages;
  }

  /**
   * What lies in a queue, as soon as it is so many. One look is not enough: a browser is told that
   * it has seen everything when the broker was slow, and once one got no answer at all.
   */
  List<Message> awaitMessages(String queue, int count) {
    return await()
        .alias(count + " messages in " + queue)
        .atMost(60, TimeUnit.SECONDS)
        .ignoreException(JMSException.class)
        .until(() -> browse(queue), messages -> messages.size() == count);
  }

  @Override
  public void close() throws JMSException {
    connection.close();
  }
}
