package io.volccv.queue;

import io.volccv.files.InputFile;
import io.volccv.files.Inputs;
import io.volccv.files.Intake;
import io.volccv.model.Job;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsMessage;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The jobs of a queue. The route that consumes it (transacted, one message at a time for each
 * consumer) has one step, {@link #receive}, which runs another route with each message and stays on
 * the consumer's thread until that has come to its end: only then is the message acknowledged.
 */
public final class QueueInbox implements CamelContextAware, Intake {

  private static final Logger LOG = LoggerFactory.getLogger(QueueInbox.class);
  private static final String NO_END =
      "the route has not said how the job ended; end it with a step of the bean inputs";
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  private final QueueJobs jobs = new QueueJobs();
  private final Object lock = new Object();
  private String to = "direct:queue-job";
  private String queue = "volccv.jobs";
  private String dead = "volccv.dead";
  private Path incoming = Path.of("data/spool/incoming/queue");
  private @Nullable Path pictures;
  private long maxBytes = 100_000_000;
  private Duration rest = Duration.ofMinutes(1);
  private Duration again = Duration.ofSeconds(5);
  private @Nullable CamelContext context;
  private @Nullable ProducerTemplate template;

  // Guarded by lock; nanoseconds.
  private @Nullable Long restUntil;
  private int busy;
  private long idleSince = System.nanoTime();

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** The endpoint that each message is handed to, {@code direct:queue-job} when not set. */
  public void setTo(String endpoint) {
    this.to = endpoint;
  }

  /** The queue that is consumed. */
  public void setQueue(String queue) {
    this.queue = queue;
  }

  /** The queue of messages that ended badly. */
  public void setDead(String queue) {
    this.dead = queue;
  }

  /** The folder for the pictures that come with messages, until their jobs have ended. */
  public void setIncoming(String folder) {
    this.incoming = Path.of(folder);
  }

  /** The folder of the pictures that jobs name; without one they cannot. */
  public void setPictures(String folder) {
    this.pictures = folder.isEmpty() ? null : Path.of(folder);
  }

  /** The largest picture in bytes, {@code 100000000} when not set. */
  public void setMaxBytes(long bytes) {
    this.maxBytes = bytes;
  }

  /** How long {@link #rest} lasts, in milliseconds. */
  public void setRestMillis(long millis) {
    this.rest = Duration.ofMillis(millis);
  }

  /** How long a message waits whose job another process works on, in milliseconds. */
  public void setAgainMillis(long millis) {
    this.again = Duration.ofMillis(millis);
  }

  @Override
  public void rest() {
    synchronized (lock) {
      restUntil = System.nanoTime() + rest.toNanos();
    }
  }

  @Override
  public boolean isIdleFor(Duration time) {
    synchronized (lock) {
      if (busy > 0 || System.nanoTime() - idleSince < time.toNanos()) {
        return false;
      }
    }
    return isEmpty();
  }

  /** Looked at only when nothing has come for a while. */
  private boolean isEmpty() {
    ConnectionFactory factory =
        context
            .getComponent("jms", JmsComponent.class)
            .getConfiguration()
            .getTemplateConnectionFactory();
    try (Connection connection = factory.createConnection();
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue(queue))) {
      connection.start();
      return !browser.getEnumeration().hasMoreElements();
    } catch (JMSException e) {
      LOG.warn("Cannot look into the queue {}: {}", queue, e.getMessage());
      return false;
    }
  }

  /**
   * The only step of the consuming route.
   *
   * @throws Exception when the message must be delivered again
   */
  public void receive(Exchange received) throws Exception {
    JmsMessage camel = received.getMessage(JmsMessage.class);
    Session session = camel.getJmsSession();
    QueueInput input = new QueueInput(camel.getJmsMessage(), queue, dead);
    synchronized (lock) {
      busy++;
    }
    try {
      if (!jobs.putBack(input.message(), session, queue)) {
        end(input, new DeadLetter(input, session));
      }
    } finally {
      synchronized (lock) {
        busy--;
        idleSince = System.nanoTime();
      }
    }
  }

  private void end(QueueInput input, DeadLetter letter) throws Exception {
    Exception failure;
    do {
      awaitIntake();
      failure = work(input);
    } while (input.isToBeDoneAgain() && pause());
    Job.Outcome outcome = input.outcome();
    if (failure != null || outcome == null) {
      throw failure == null ? new IllegalStateException(NO_END) : failure;
    }
    if (input.owesReply()) {
      letter.reply(outcome);
    }
    if (input.error() != null) {
      letter.bury(dead, outcome);
    }
  }

  private @Nullable Exception work(QueueInput input) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setProperty(QueueInput.PROPERTY, input);
    template().send(to, exchange);
    return exchange.getException();
  }

  /**
   * The first step of the other route: makes the {@link Job} of the message, which has no header
   * and no property that a sender could have set.
   */
  public void take(Exchange exchange) throws JMSException, IOException {
    QueueInput input = QueueInput.of(exchange);
    Inputs.begin(exchange, QueueJobs.plain(input.message()), input);
    Job job = QueuePictures.withUrls(jobs.read(input.message()));
    input.requireOtherQueue();
    exchange.setProperty(Job.PROPERTY, job);
    List<Path> own = new ArrayList<>();
    exchange.getExchangeExtension().addOnCompletion(new Deletion(own));
    List<File> files = new ArrayList<>();
    StringBuilder hashes = new StringBuilder();
    for (Path picture :
        new QueuePictures(incoming, pictures, maxBytes).get(input.message(), job, own)) {
      files.add(picture.toFile());
      hashes.append(InputFile.hash(picture));
    }
    if (!files.isEmpty()) {
      exchange.getMessage().setBody(files.size() == 1 ? files.get(0) : files);
      exchange.setProperty(Job.PROPERTY, job.withInputSha256(hashes.toString()));
    }
  }

  /** Deletes what was written for one exchange. */
  private static final class Deletion extends SynchronizationAdapter {
    private final List<Path> files;

    Deletion(List<Path> files) {
      this.files = files;
    }

    @Override
    public void onDone(Exchange exchange) {
      for (Path file : files) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          LOG.warn("Cannot delete {}: {}", file, e.toString());
        }
      }
    }
  }

  /** A message that has to wait is held: to hand it back would count as a failed delivery. */
  private void awaitIntake() throws InterruptedException {
    synchronized (lock) {
      while (restUntil != null && System.nanoTime() - restUntil < 0) {
        hold();
      }
      restUntil = null;
    }
  }

  /** Until the same job may be tried again; a rest of all is waited for elsewhere. */
  private boolean pause() throws InterruptedException {
    long until = System.nanoTime() + again.toNanos();
    synchronized (lock) {
      while (restUntil == null && System.nanoTime() - until < 0) {
        hold();
      }
    }
    return true;
  }

  @SuppressWarnings("WaitNotInLoop") // its callers are the loop
  private void hold() throws InterruptedException {
    if (context == null || !context.getStatus().isStarted()) {
      throw new RejectedExecutionException("the message is handed back, since the app ends");
    }
    lock.wait(LOOK_EVERY.toMillis());
  }

  private ProducerTemplate template() {
    synchronized (lock) {
      if (template == null) {
        template = context.createProducerTemplate();
      }
      return template;
    }
  }
}
