package io.volccv.queue;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.component.jms.JmsComponent;

/**
 * Puts jobs into a queue, many in one transaction: one by one the broker would force each to its
 * disk alone, which takes many times as long. One connection, for one thread.
 */
public final class JobQueue implements AutoCloseable {
  private final Connection connection;
  private final Session session;
  private final MessageProducer producer;

  private JobQueue(Connection connection, String queue) throws JMSException {
    this.connection = connection;
    this.session = connection.createSession(Session.SESSION_TRANSACTED);
    this.producer = session.createProducer(session.createQueue(queue));
  }

  /**
   * Connects to the broker of the component {@code jms}.
   *
   * @throws IOException when it cannot be reached
   */
  public static JobQueue open(CamelContext context, String queue) throws IOException {
    JmsComponent jms = context.getComponent("jms", JmsComponent.class);
    try {
      Connection connection = jms.getConfiguration().getConnectionFactory().createConnection();
      try {
        return new JobQueue(connection, queue);
      } catch (JMSException e) {
        QueueBroker.close(connection);
        throw e;
      }
    } catch (JMSException e) {
      throw new IOException("the queue cannot be reached: " + e.getMessage(), e);
    }
  }

  /**
   * When this returns, all of them are on the broker's disk.
   *
   * @throws IOException when that cannot be known: then put them again, on another connection
   */
  public void put(List<QueuedJob> jobs) throws IOException {
    try {
      for (QueuedJob job : jobs) {
        producer.send(
            session.createTextMessage(job.json()), DeliveryMode.PERSISTENT, job.priority(), 0);
      }
      session.commit();
    } catch (JMSException e) {
      throw new IOException("jobs cannot be queued: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    QueueBroker.close(connection);
  }
}
