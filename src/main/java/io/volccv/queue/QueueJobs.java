package io.volccv.queue;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.files.JobReader;
import io.volccv.model.Job;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;

/** Reads messages: which job one stands for, and what it is called. */
final class QueueJobs {

  /** The property of a bytes message with the job, when its body is the picture. */
  static final String JOB = "volccvJob";

  private static final String SOURCE = "queue";

  private final JobReader reader = new JobReader(SOURCE);

  /** The job of a message of which nothing more is known than that it is there. */
  static Job plain(Message message) throws JMSException {
    return new JobReader(SOURCE).map(id(message), java.util.Map.of());
  }

  /** What a file of it may be called: the message's id, without what no file name can have. */
  static String id(Message message) throws JMSException {
    String id = message.getJMSMessageID();
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
    if (job != null) {
      return job;
    }
    // Some clients send every text as bytes. No picture begins like JSON.
    bytes.reset();
    byte[] body = new byte[(int) Math.min(bytes.getBodyLength(), Integer.MAX_VALUE - 8)];
    bytes.readBytes(body);
    return new String(body, StandardCharsets.UTF_8);
  }

  static InvalidRequestException refused(String what, String hint) {
    return new InvalidRequestException(
        "the message " + what + "; " + hint, CvError.before("input", hint), null);
  }
}
