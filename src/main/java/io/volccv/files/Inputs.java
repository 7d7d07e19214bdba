package io.volccv.files;

import io.volccv.error.CvException;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Registry;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a route that treat its input: {@link #take} makes a job of a picture and its
 * sidecar, and one of the others says what became of it.
 *
 * <p>The folder where the input goes is put into the exchange property {@value #MOVE}, which the
 * file endpoint's option {@code move} names: Camel moves a file whose failure was handled exactly
 * as one that went well. Nothing is overwritten ({@code -r2} is added), sub-folders are kept, and a
 * sidecar follows its picture after the picture was moved, so that a kill in between can never make
 * a later run use another prompt.
 */
public final class Inputs implements CamelContextAware {

  /** The exchange property with the absolute path that the input file is moved to. */
  public static final String MOVE = "CamelVolcCvMove";

  private static final Logger LOG = LoggerFactory.getLogger(Inputs.class);
  static final String TAKEN = "CamelVolcCvTaken";
  private static final long LOG_EVERY_MILLIS = 60_000;

  /**
   * A file that was taken. The delivery is shared by all copies of the exchange.
   *
   * @param file null when the input is no file of this machine
   * @param elsewhere the input itself, when {@code file} is only a copy of it, or null
   */
  record Taken(
      @Nullable Path file, @Nullable Path sidecar, Delivery delivery, @Nullable Input elsewhere) {

    Taken(Path file, @Nullable Path sidecar, Delivery delivery) {
      this(file, sidecar, delivery, null);
    }
  }

  private final Clock clock;
  private final FreeNames names = new FreeNames();
  private final Map<Outcome, Path> folders = new EnumMap<>(Outcome.class);
  private final Map<Path, Integer> followers = new HashMap<>();
  private final AtomicLong lastLog = new AtomicLong(Long.MIN_VALUE);
  private String source = "folder";
  private Path inbox = Path.of("data/inbox");
  private long maxBytes = 100_000_000;
  private @Nullable CamelContext context;

  public Inputs() {
    this(Clock.systemUTC());
  }

  Inputs(Clock clock) {
    this.clock = clock;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** What the jobs' source is called; {@code folder} when not set. */
  public void setSource(String source) {
    this.source = source;
  }

  /** The folder that inputs lie below; no symbolic link may leave it. */
  public void setInbox(String folder) {
    this.inbox = Path.of(folder);
  }

  /**
   * The largest input in bytes, {@code 100000000} when not set: a larger file is refused unread,
   * while to hash it would hold up all others.
   */
  public void setMaxBytes(long bytes) {
    this.maxBytes = bytes;
  }

  public void setDone(String folder) {
    folders.put(Outcome.DONE, absolute(folder));
  }

  public void setFailed(String folder) {
    folders.put(Outcome.FAILED, absolute(folder));
  }

  public void setRejected(String folder) {
    folders.put(Outcome.REJECTED, absolute(folder));
  }

  public void setInvalid(String folder) {
    folders.put(Outcome.INVALID, absolute(folder));
  }

  public void setUnknown(String folder) {
    folders.put(Outcome.UNKNOWN, absolute(folder));
  }

  /**
   * The first step: makes the {@link Job} of the file in the body, with its sidecar, and puts it
   * into the exchange property {@value Job#PROPERTY}. Fields for the template: {@code name} (the
   * base name with spaces for underscores and dashes), {@code file}, {@code folder}, and those of
   * the sidecar.
   *
   * @throws InvalidRequestException when the sidecar is wrong, the file's name or a link leads out
   *     of the inbox, or the file cannot be read
   */
  public void take(Exchange exchange) {
    Path file = InputFile.of(exchange);
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    Job plain = job(source, name == null ? String.valueOf(file.getFileName()) : name);
    Delivery delivery = new Delivery();
    // Known from here on, so that even a file with a bad name can be put away.
    exchange.setProperty(Job.PROPERTY, plain);
    exchange.setProperty(TAKEN, new Taken(file, null, delivery));
    listeners().forEach(listener -> listener.started(plain));
    SafePath.check(plain.name());
    InputFile.requireReadable(file, inbox, maxBytes);
    Path sidecar = Sidecar.find(inbox, file).orElse(null);
    exchange.setProperty(TAKEN, new Taken(file, sidecar, delivery));
    Job job = sidecar == null ? plain : Sidecar.read(sidecar, plain);
    Sidecar.requireOwnKey(job, Sidecar.isShared(file));
    exchange.setProperty(Job.PROPERTY, job.withInputSha256(InputFile.hash(file)));
  }

  /**
   * What {@link #take} begins with, for a source whose inputs are no files of a folder: from here
   * on it is {@code input} that the other steps put away.
   *
   * @param plain the job as far as it is known
   */
  public static void begin(Exchange exchange, Job plain, Input input) {
    exchange.setProperty(Job.PROPERTY, plain);
    exchange.setProperty(TAKEN, new Taken(null, null, new Delivery(), input));
    listeners(exchange.getContext()).forEach(listener -> listener.started(plain));
  }

  /** All sinks have the pictures. */
  public void done(Exchange exchange) throws IOException {
    if (exchange.getMessage().getHeader(Sinks.DUPLICATE, false, Boolean.class)) {
      Job job = exchange.getProperty(Job.PROPERTY, Job.class);
      LOG.warn(
          "{} was made and delivered before, with the same prompt and parameters; it is not paid"
              + " again",
          job == null ? "the input" : Printable.shorten(job.name(), 200));
    }
    end(exchange, Outcome.DONE);
  }

  /** It cannot be made; the reason lies beside the input. */
  public void failed(Exchange exchange) throws IOException {
    end(exchange, Outcome.FAILED);
  }

  /** Moderation refused it; the reason lies beside the input. */
  public void rejected(Exchange exchange) throws IOException {
    end(exchange, Outcome.REJECTED);
  }

  /** The request is wrong; the reason lies beside the input. */
  public void invalid(Exchange exchange) throws IOException {
    end(exchange, Outcome.INVALID);
  }

  /** Nobody knows whether it was made and paid; an operator decides. */
  public void unknown(Exchange exchange) throws IOException {
    end(exchange, Outcome.UNKNOWN);
  }

  /**
   * No call can succeed for now: the input stays where it is, and every {@link Intake} rests for a
   * while. The exchange must stay failed ({@code handled: false}).
   */
  public void stays(Exchange exchange) {
    Throwable reason = reason(exchange);
    registry(exchange).findByType(Intake.class).forEach(Intake::rest);
    long now = clock.millis();
    long last = lastLog.get();
    if ((last == Long.MIN_VALUE || now - last >= LOG_EVERY_MILLIS)
        && lastLog.compareAndSet(last, now)) {
      LOG.error("Intake rests: {}", Printable.shorten(String.valueOf(reason.getMessage()), 500));
    }
    stayed(exchange, reason);
  }

  /**
   * The input stays where it is until its turn comes again: nothing is wrong with it, its result is
   * on its way. The exchange must stay failed ({@code handled: false}).
   */
  public void waits(Exchange exchange) {
    stayed(exchange, reason(exchange));
  }

  private void stayed(Exchange exchange, Throwable reason) {
    Taken taken = exchange.getProperty(TAKEN, Taken.class);
    if (taken != null && taken.elsewhere() != null) {
      taken.elsewhere().stays();
    }
    Job job = exchange.getProperty(Job.PROPERTY, Job.class);
    if (job != null) {
      listeners().forEach(listener -> listener.stayed(job, reason));
    }
  }

  /** What is delivered of the exchange's job. */
  static Delivery delivery(Exchange exchange) {
    Taken taken = exchange.getProperty(TAKEN, Taken.class);
    return taken == null ? new Delivery() : taken.delivery();
  }

  private void end(Exchange exchange, Outcome outcome) throws IOException {
    Taken taken = exchange.getProperty(TAKEN, Taken.class);
    Job known = exchange.getProperty(Job.PROPERTY, Job.class);
    Job job = known == null ? job(source, exchange.getExchangeId()) : known;
    Throwable reason = outcome == Outcome.DONE ? null : reason(exchange);
    List<Path> put =
        taken == null || taken.elsewhere() == null
            ? putAway(exchange, job, outcome, taken, reason)
            : taken.elsewhere().putAway(job, outcome, error(exchange, reason));
    if (reason != null) {
      LOG.warn(
          "{} is now {}: {}",
          Printable.shorten(job.name(), 200),
          Printable.shorten(put.get(0).toString(), 300),
          Printable.shorten(String.valueOf(reason.getMessage()), 500));
    }
    List<Path> written = reason == null ? delivery(exchange).files() : put;
    CvResult result = outcome == Outcome.DONE ? delivery(exchange).result() : null;
    listeners().forEach(listener -> listener.ended(job, outcome, result, written, reason));
  }

  private byte @Nullable [] error(Exchange exchange, @Nullable Throwable reason)
      throws IOException {
    return reason == null ? null : ErrorFile.json(exchange, reason, clock.instant());
  }

  /** Has the input moved by Camel, and writes why it did not end well. */
  private List<Path> putAway(
      Exchange exchange,
      Job job,
      Outcome outcome,
      @Nullable Taken taken,
      @Nullable Throwable reason)
      throws IOException {
    Place place = place(job, outcome, taken);
    if (taken != null) {
      exchange.setProperty(MOVE, place.input().toString());
    }
    exchange.getExchangeExtension().addOnCompletion(new AfterMove(place, taken, followers));
    if (reason != null) {
      ErrorFile.write(place.error(), exchange, reason, clock.instant());
    }
    return List.of(place.input(), place.error());
  }

  private Place place(Job job, Outcome outcome, @Nullable Taken taken) {
    Path folder = folders.get(outcome);
    if (folder == null) {
      throw new IllegalStateException(
          "the bean of type "
              + Inputs.class.getName()
              + " has no folder for "
              + outcome
              + "; set its property "
              + outcome.name().toLowerCase(java.util.Locale.ROOT));
    }
    String name = SafePath.repaired(job.name());
    return Place.claim(names, folder, name, taken == null ? null : taken.sidecar());
  }

  static Job job(String source, String name) {
    return new Job(source, name, JobReader.nameFields(name), null, Map.of(), null);
  }

  private static Throwable reason(Exchange exchange) {
    Throwable reason = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    for (Throwable t = reason; t != null; t = t.getCause()) {
      if (t instanceof CvException) {
        return t; // a bean step wraps what it throws
      }
    }
    return reason == null ? new IllegalStateException("no reason was given") : reason;
  }

  private List<JobListener> listeners() {
    return context == null ? List.of() : listeners(context);
  }

  static List<JobListener> listeners(CamelContext context) {
    return List.copyOf(context.getRegistry().findByType(JobListener.class));
  }

  private static Registry registry(Exchange exchange) {
    return exchange.getContext().getRegistry();
  }

  private static Path absolute(String folder) {
    return Path.of(folder).toAbsolutePath().normalize();
  }
}
