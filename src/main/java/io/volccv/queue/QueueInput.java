package io.volccv.queue;

import io.volccv.files.Input;
import io.volccv.model.Job;
import io.volccv.model.Job.Outcome;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import java.nio.file.Path;
import java.util.List;
import org.apache.camel.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * A message that was received and is not acknowledged yet. How its job ends is only noted here,
 * from whatever thread: the session belongs to the thread that received it.
 */
final class QueueInput implements Input {

  static final String PROPERTY = "CamelVolcCvQueueInput";

  private final Message message;
  private final String dead;
  private final @Nullable Destination replyTo;
  private final boolean wrong;
  private final String correlationId;
  private @Nullable Outcome outcome;
  private byte @Nullable [] error;
  private boolean stays;
  private boolean replied;

  /**
   * @param queue where it came from
   * @param dead the queue of messages that end badly
   */
  QueueInput(Message message, String queue, String dead) throws JMSException {
    this.message = message;
    this.dead = dead;
    Destination wanted = message.getJMSReplyTo();
    boolean ours = wanted instanceof Queue to && List.of(queue, dead).contains(to.getQueueName());
    this.replyTo = ours ? null : wanted;
    this.wrong = ours;
    String correlation = message.getJMSCorrelationID();
    this.correlationId = correlation == null ? QueueJobs.messageId(message) : correlation;
  }

  /** The message that an exchange is about; null when it came from another source. */
  static @Nullable QueueInput of(Exchange exchange) {
    return exchange.getProperty(PROPERTY, QueueInput.class);
  }

  Message message() {
    return message;
  }

  /** Where its sender wants the result; null when it did not say. */
  @Nullable Destination replyTo() {
    return replyTo;
  }

  /**
   * What a sender may not have us do: put results where jobs are taken from, again and again.
   *
   * @throws io.volccv.error.InvalidRequestException when it wants that
   */
  void requireOtherQueue() {
    if (wrong) {
      throw QueueJobs.refused(
          "wants its reply where jobs or dead letters are", "name a queue of your own");
    }
  }

  /** What a reply to it carries: its own correlation id, else its id. */
  String correlationId() {
    return correlationId;
  }

  @Override
  public synchronized List<Path> putAway(Job job, Outcome ended, byte @Nullable [] why) {
    outcome = ended;
    error = why;
    return List.of(Path.of(dead));
  }

  @Override
  public synchronized void stays() {
    stays = true;
  }

  /** Whether its job has yet to be done; asked once for each attempt. */
  synchronized boolean isToBeDoneAgain() {
    boolean again = stays;
    stays = false;
    return again;
  }

  /** How its job ended; null when it did not. */
  synchronized @Nullable Outcome outcome() {
    return outcome;
  }

  /** Why it ended badly, as JSON; null when it did not. */
  synchronized byte @Nullable [] error() {
    return error;
  }

  /** Its sender has the result. */
  synchronized void replied() {
    replied = true;
  }

  /** Whether its sender still waits for a word. */
  synchronized boolean owesReply() {
    return replyTo != null && !replied;
  }
}
