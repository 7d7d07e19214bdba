package io.volccv.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.files.JobReader;
import io.volccv.model.Job;
import io.volccv.model.MapFile;
import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads messages: which job one stands for, and what it is called. */
final class QueueJobs {

  /** The property of a bytes message with the job, when its body is the picture. */
  static final String JOB = "volccvJob";

  /** Set on what was put back with a priority, so that it is put back once only. */
  private static final String QUEUED = "volccvQueued";

  /** The id that a message had when it first came, when it was put back since. */
  static final String FIRST_ID = "volccvMessageId";

  private static final String SOURCE = "queue";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JobReader reader = new JobReader(SOURCE);

  /** The job of a message of which nothing more is known than that it is there. */
  static Job plain(Message message) throws JMSException {
    return new JobReader(SOURCE).map(id(message), Map.of());
  }

  /**
   * Its id when it first came. A job without a name is called so, and its prompt may be made of
   * that: under another one it would be another job, and paid again.
   */
  static @Nullable String messageId(Message message) throws JMSException {
    String first = message.getStringProperty(FIRST_ID);
    return first == null ? message.getJMSMessageID() : first;
  }

  /** What a file of it may be called: the message's id, without what no file name can have. */
  static String id(Message message) throws JMSException {
    String id = messageId(message);
    return id == null
        ? "message-" + message.getJMSTimestamp()
        : id.replaceFirst("^ID:", "").replaceAll("[^A-Za-z0-9_.-]+", "-").replaceFirst("^\\.", "-");
  }

  /**
   * The job of a message: a text with its JSON, or bytes that are the picture, with the JSON in the
   * property {@value #JOB}.
   *
   * @throws InvalidRequestException when it is none
   */
  Job read(Message message) throws JMSException {
    return reader.json(id(message), json(message));
  }

  private static String json(Message message) throws JMSException {
    if (message instanceof TextMessage text) {
      String json = text.getText();
      return json == null ? "" : json;
    }
    if (!(message instanceof BytesMessage bytes)) {
      throw refused("is neither text nor bytes", "send the job as a text message with its JSON");
    }
    String job = bytes.getStringProperty(JOB);
    return job == null ? text(bytes) : job;
  }

  /** Some clients send every text as bytes. No picture begins like JSON. */
  private static String text(BytesMessage message) throws JMSException {
    byte[] body = bytes(message);
    if (body.length == 0 || (body[0] != '{' && !Character.isWhitespace(body[0]))) {
      throw refused(
          "is bytes and has no property " + JOB, "set it to the JSON of the job, {} for none");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(BytesMessage message) throws JMSException {
    message.reset();
    byte[] body = new byte[(int) Math.min(message.getBodyLength(), Integer.MAX_VALUE - 8)];
    message.readBytes(body);
    return body;
  }

  /**
   * Puts a job back that is several ({@code variants}), each on its own, or whose {@code priority}
   * its sender has not given to the message: only what lies in the queue can be taken in its turn.
   *
   * @return false when the message is a job as it is, or no job at all
   */
  boolean putBack(Message message, Session session, String queue) throws JMSException {
    List<Map<String, Object>> parts = parts(message);
    if (parts.isEmpty()) {
      return false;
    }
    byte[] picture =
        message instanceof BytesMessage bytes && message.propertyExists(JOB) ? bytes(bytes) : null;
    try (MessageProducer producer = session.createProducer(session.createQueue(queue))) {
      for (Map<String, Object> part : parts) {
        Message job = message(session, part, picture);
        job.setJMSReplyTo(message.getJMSReplyTo());
        String correlation = message.getJMSCorrelationID();
        job.setJMSCorrelationID(correlation == null ? messageId(message) : correlation);
        job.setBooleanProperty(QUEUED, true);
        int priority = priority(part, message.getJMSPriority());
        producer.send(job, DeliveryMode.PERSISTENT, priority, 0);
      }
    }
    return true;
  }

  private static Message message(
      Session session, Map<String, Object> job, byte @Nullable [] picture) throws JMSException {
    String json;
    try {
      json = JSON.writeValueAsString(job);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("it was read from JSON", e);
    }
    if (picture == null) {
      return session.createTextMessage(json);
    }
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(picture);
    message.setStringProperty(JOB, json);
    return message;
  }

  private List<Map<String, Object>> parts(Message message) throws JMSException {
    try {
      String json = json(message);
      // Looked for as text first: what is inside may be a picture of megabytes.
      boolean several = json.contains("\"variants\"");
      if ((!several && !json.contains("\"priority\"")) || message.getBooleanProperty(QUEUED)) {
        return List.of();
      }
      List<Map<String, Object>> parts = reader.expand(id(message), MapFile.parseJson(json));
      int given = message.getJMSPriority();
      return parts.size() > 1 || priority(parts.get(0), given) != given ? parts : List.of();
    } catch (InvalidRequestException | IllegalArgumentException e) {
      return List.of(); // told where the job is read, and its message can be put away
    }
  }

  private static int priority(Map<String, Object> job, int given) {
    return job.get("priority") instanceof Number number ? number.intValue() : given;
  }

  static InvalidRequestException refused(String what, String hint) {
    return new InvalidRequestException(
        "the message " + what + "; " + hint, CvError.before("input", hint), null);
  }
}
