package io.volccv.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.model.Job.Outcome;
import jakarta.jms.DeliveryMode;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is sent when a job has ended, on the session that received its message: either that is
 * acknowledged and this is sent, or none of both.
 */
final class DeadLetter {

  /** How a job ended: {@code done}, {@code failed} ... */
  static final String OUTCOME = "volccvOutcome";

  /** What a dead letter is called, so that it alone can be fetched. */
  static final String LETTER = "volccvLetter";

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetter.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OURS = "volccv";

  private final QueueInput input;
  private final Session session;

  DeadLetter(QueueInput input, Session session) {
    this.input = input;
    this.session = session;
  }

  /** Sends the message on, as it came, with the reason in properties of its own. */
  void bury(String queue, Outcome outcome) throws JMSException, IOException {
    Message letter = input.message();
    int priority = letter.getJMSPriority();
    Map<String, Object> properties = ofSender(letter);
    properties.put(OUTCOME, name(outcome));
    properties.put(LETTER, UUID.randomUUID().toString());
    properties.put(QueueJobs.FIRST_ID, QueueJobs.messageId(letter));
    JsonNode error = JSON.readTree(input.error());
    error
        .fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isNull()) {
                properties.put(property(field.getKey()), field.getValue().asText());
              }
            });
    set(letter, properties);
    try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
      producer.send(letter, DeliveryMode.PERSISTENT, priority, 0);
    }
  }

  /** Takes from a dead letter what was put into it; only the id that it first had stays. */
  static void asItCame(Message letter) throws JMSException {
    Map<String, Object> properties = ofSender(letter);
    String first = letter.getStringProperty(QueueJobs.FIRST_ID);
    if (first != null) {
      properties.put(QueueJobs.FIRST_ID, first);
    }
    set(letter, properties);
  }

  /** Makes a dead letter fit to be sent as it is. */
  static void asItIs(Message letter) throws JMSException {
    set(letter, properties(letter));
  }

  /** What was received may not be changed otherwise. */
  private static void set(Message message, Map<String, Object> properties) throws JMSException {
    message.clearProperties();
    for (Map.Entry<String, Object> property : properties.entrySet()) {
      message.setObjectProperty(property.getKey(), property.getValue());
    }
  }

  /** The word that a sender waits for: there is no picture, or it was delivered before. */
  void reply(Outcome outcome) throws JMSException, IOException {
    byte @Nullable [] error = input.error();
    ObjectNode said = JSON.createObjectNode().put("outcome", name(outcome));
    if (error != null) {
      said.setAll((ObjectNode) JSON.readTree(error));
    }
    try (MessageProducer producer = session.createProducer(input.replyTo())) {
      Message reply = session.createTextMessage(said.toString());
      reply.setJMSCorrelationID(input.correlationId());
      reply.setStringProperty(OUTCOME, name(outcome));
      producer.send(reply);
    } catch (InvalidDestinationException e) {
      LOG.warn("Nobody waits any more for the reply to {}", input.correlationId());
    }
  }

  /** Those that a sender gave, without an earlier reason of ours. */
  private static Map<String, Object> ofSender(Message message) throws JMSException {
    Map<String, Object> properties = properties(message);
    properties.keySet().removeIf(name -> name.startsWith(OURS) && !name.equals(QueueJobs.JOB));
    return properties;
  }

  /**
   * All but those of the broker, one of which would tell it that it has seen the message before: it
   * is no duplicate, somebody has tried the job again.
   */
  private static Map<String, Object> properties(Message message) throws JMSException {
    List<String> names = new ArrayList<>();
    for (Object name : Collections.list(message.getPropertyNames())) {
      names.add(name.toString());
    }
    Map<String, Object> properties = new LinkedHashMap<>();
    for (String name : names) {
      if (Stream.of("JMSX", "JMS_", "_AMQ_").noneMatch(name::startsWith)) {
        properties.put(name, message.getObjectProperty(name));
      }
    }
    return properties;
  }

  private static String property(String field) {
    return OURS + field.substring(0, 1).toUpperCase(Locale.ROOT) + field.substring(1);
  }

  private static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }
}
