package io.volccv.queue;

import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.files.ParkedInput;
import io.volccv.files.ParkedInputs;
import io.volccv.model.Job;
import io.volccv.model.Job.Outcome;
import io.volccv.model.JobPicture;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The jobs of the queue that ended badly: the messages that {@link DeadLetter} has put into the
 * queue of dead letters. They go back as they first came, each in one transaction.
 *
 * <p>A letter is known by the name that it was given when it was put there. Whatever else is in
 * that queue, a message that the broker gave up, say, has no such name, and does not go back.
 *
 * <p>A letter is fetched by taking all that lie before it, too, and putting those to the end of the
 * same queue in the same transaction. To ask for it alone, by a selector, does not work with
 * Artemis: of a queue that is longer than its memory it only looks at the beginning. For the same
 * reason a transaction ends when the broker hands out no more. Nor can one look at such a queue
 * once and be sure: a browser is told that it has seen everything when the broker was slow.
 */
public final class DeadLetters implements ParkedInputs {

  private static final String SOURCE = "queue";
  private static final long WAIT_MILLIS = 1_000;
  private static final int MOST_LOOKS = 10;
  private static final Pattern NAME = Pattern.compile("[0-9a-f-]{36}");

  private final Connection connection;
  private final String jobs;
  private final String dead;
  private final @Nullable Path pictures;
  private final QueueJobs reader = new QueueJobs();
  private int size;

  /** Why letters cannot go back, by their names. */
  private final Map<String, String> obstacles = new HashMap<>();

  private DeadLetters(Connection connection, String jobs, String dead, @Nullable Path pictures) {
    this.connection = connection;
    this.jobs = jobs;
    this.dead = dead;
    this.pictures = pictures;
  }

  /**
   * Connects.
   *
   * @param jobs the queue that jobs are taken from
   * @param dead the queue of those that ended badly
   * @param pictures the folder of the pictures that jobs name; null when there is none
   * @throws IOException when the broker cannot be reached
   */
  public static DeadLetters open(
      QueueBroker broker, String jobs, String dead, @Nullable Path pictures) throws IOException {
    try {
      Connection connection = broker.connect();
      connection.start();
      return new DeadLetters(connection, jobs, dead, pictures);
    } catch (JMSException e) {
      throw new IOException("the queue cannot be reached: " + e.getMessage(), e);
    }
  }

  @Override
  public List<ParkedInput> list(Set<Outcome> outcomes) throws IOException {
    List<ParkedInput> most = look();
    List<ParkedInput> last = List.of();
    for (int i = 1; i < MOST_LOOKS && last.size() != most.size(); i++) {
      last = look();
      if (last.size() > most.size()) {
        most = last;
        last = List.of();
      }
    }
    size = most.size();
    return most.stream()
        .filter(input -> outcomes.contains(input.outcome()))
        .sorted(Comparator.comparing(ParkedInput::time))
        .toList();
  }

  private List<ParkedInput> look() throws IOException {
    List<ParkedInput> parked = new ArrayList<>();
    try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        QueueBrowser browser = session.createBrowser(session.createQueue(dead))) {
      Enumeration<?> letters = browser.getEnumeration();
      while (letters.hasMoreElements()) {
        parked.add(parked((Message) letters.nextElement()));
      }
      return parked;
    } catch (JMSException e) {
      throw new IOException("the queue " + dead + " cannot be read: " + e.getMessage(), e);
    }
  }

  private ParkedInput parked(Message letter) throws JMSException {
    String id = text(letter, DeadLetter.LETTER, "");
    Job job = job(letter);
    return new ParkedInput(
        SOURCE,
        outcome(letter),
        id,
        dead + ": " + job.outputName(),
        false,
        job.outputName(),
        text(letter, "volccvType", "unreadable"),
        letter.getStringProperty("volccvCode"),
        text(letter, "volccvStage", ""),
        text(letter, "volccvBilled", "maybe"),
        letter.getStringProperty("volccvJobKey"),
        time(letter));
  }

  /** As far as it can be read; a picture of it that is gone is noted. */
  private Job job(Message letter) throws JMSException {
    try {
      Job job = reader.read(letter);
      for (JobPicture picture : job.pictures()) {
        if (picture instanceof JobPicture.Named named
            && (pictures == null || !Files.exists(pictures.resolve(named.name())))) {
          obstacles.put(
              text(letter, DeadLetter.LETTER, ""),
              "its picture " + Printable.shorten(named.name(), 200) + " is gone");
        }
      }
      return job;
    } catch (InvalidRequestException e) {
      return QueueJobs.plain(letter);
    }
  }

  /** What does not say how it ended is taken for the worst. */
  private static Outcome outcome(Message letter) throws JMSException {
    String name = text(letter, DeadLetter.OUTCOME, "").toUpperCase(Locale.ROOT);
    for (Outcome outcome : List.of(Outcome.FAILED, Outcome.REJECTED, Outcome.INVALID)) {
      if (outcome.name().equals(name)) {
        return outcome;
      }
    }
    return Outcome.UNKNOWN;
  }

  private static Instant time(Message letter) throws JMSException {
    try {
      return Instant.parse(text(letter, "volccvTime", ""));
    } catch (DateTimeParseException e) {
      return Instant.ofEpochMilli(letter.getJMSTimestamp());
    }
  }

  private static String text(Message letter, String property, String otherwise)
      throws JMSException {
    String text = letter.getStringProperty(property);
    return text == null ? otherwise : text;
  }

  @Override
  public Optional<String> obstacle(ParkedInput parked) {
    if (!NAME.matcher(parked.id()).matches()) {
      return Optional.of(
          "no job of this app was put away with it; "
              + "look at it with the broker's own means, and send it to "
              + jobs
              + " if it is one");
    }
    return Optional.ofNullable(obstacles.get(parked.id()));
  }

  @Override
  public void putBack(ParkedInput parked) throws IOException {
    try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageConsumer letters = session.createConsumer(session.createQueue(dead));
        MessageProducer to = session.createProducer(null)) {
      if (!putBack(parked.id(), session, letters, to)) {
        throw new NoSuchFileException(parked.place());
      }
    } catch (JMSException e) {
      throw new IOException("the broker says: " + e.getMessage(), e);
    }
  }

  /** False when it is not there, after all were seen. */
  private boolean putBack(String id, Session session, MessageConsumer letters, MessageProducer to)
      throws JMSException {
    Set<String> passed = new HashSet<>();
    // Strangers have no name by which they are known again.
    int left = 2 * size + 1_000;
    boolean isNew = true;
    while (isNew) {
      isNew = false;
      for (Message letter = letters.receive(WAIT_MILLIS);
          letter != null;
          letter = letters.receive(WAIT_MILLIS)) {
        String name = text(letter, DeadLetter.LETTER, String.valueOf(letter.getJMSMessageID()));
        if (name.equals(id)) {
          DeadLetter.asItCame(letter);
          send(letter, session, jobs, to);
          session.commit();
          return true;
        }
        isNew |= passed.add(name) && --left > 0;
        DeadLetter.asItIs(letter);
        send(letter, session, dead, to);
      }
      session.commit();
    }
    return false;
  }

  private static void send(Message message, Session session, String queue, MessageProducer to)
      throws JMSException {
    to.send(
        session.createQueue(queue), message, DeliveryMode.PERSISTENT, message.getJMSPriority(), 0);
  }

  @Override
  public void close() {
    QueueBroker.close(connection);
  }
}
