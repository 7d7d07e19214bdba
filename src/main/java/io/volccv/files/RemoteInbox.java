package io.volccv.files;

import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import io.volccv.model.Job;
import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.component.file.FileComponent;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;
import org.apache.camel.component.file.remote.RemoteFileEndpoint;
import org.apache.camel.component.file.remote.RemoteFilePollingConsumerPollStrategy;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.support.SynchronizationAdapter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An inbox on an FTP or SFTP server: which of its files are taken, and where they go afterwards.
 * One bean per source, for its options {@code filter}, {@code inProgressRepository}, {@code
 * pollStrategy} and {@code exceptionHandler} at once, and for its first step {@link #take}.
 *
 * <p>Camel's consumer only lists and downloads ({@code noop}): it works through its files one by
 * one on one connection, which nobody else may use meanwhile. So the route hands each picture over
 * ({@code seda}), and where an input goes is carried out here, on another connection, by the steps
 * of {@link Inputs}. When the server cannot be reached just then, the input is held back and moved
 * as soon as it can: it must not be taken, and paid, again.
 *
 * <p>A file is taken when its size and time have not changed for a while ({@link StillFiles}).
 */
public final class RemoteInbox
    implements CamelContextAware,
        GenericFileFilter<Object>,
        IdempotentRepository,
        PollingConsumerPollStrategy,
        ExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteInbox.class);

  private static final int MAX_COMPLAINTS = 1_000;
  private static final long LOG_EVERY_NANOS = 60_000_000_000L;
  static final List<String> SIDECARS = List.of("yaml", "yml", "json", "txt");

  private final LongSupplier nanoTime;
  private final IntakeGate gate = new IntakeGate();
  private final PollingConsumerPollStrategy reconnect = new RemoteFilePollingConsumerPollStrategy();
  private final RemoteFolders folders = new RemoteFolders();
  private final StillFiles watched = new StillFiles();
  private final Set<String> taken = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> endedInPoll = new ConcurrentHashMap<>();
  private final Map<String, Long> leftAloneUntil = new ConcurrentHashMap<>();
  private final Set<String> complaints = new HashSet<>();
  private final Map<String, List<String>> sidecars = new HashMap<>();
  private String source = "ftp";
  private long maxBytes = 100_000_000;
  private int batch = 100;
  private int taking;
  private long minAgeNanos = 5_000_000_000L;
  private long leaveAloneNanos = 60_000_000_000L;
  private volatile long poll;
  private @Nullable CamelContext context;
  private @Nullable Consumer polling;
  private @Nullable String problem;
  private long problemSince;
  private volatile long problemInPoll = -1;
  private boolean listed;

  public RemoteInbox() {
    this(System::nanoTime);
  }

  RemoteInbox(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    gate.count(taken::size);
  }

  /** Makes its gate known, so that it rests and is waited for like all others. */
  @Override
  public void setCamelContext(CamelContext context) {
    this.context = context;
    context.getRegistry().bind("intakeGate-" + source + "-" + System.identityHashCode(gate), gate);
  }

  @Override
  public @Nullable CamelContext getCamelContext() {
    return context;
  }

  /** What the jobs' source is called. */
  public void setSource(String source) {
    this.source = source;
    folders.setSource(source);
  }

  /** Pictures on their way at which polling stops; see {@link IntakeGate#setLimit}. */
  public void setLimit(int limit) {
    gate.setLimit(limit);
  }

  /**
   * How many files one listing may bring, {@code 100} when not set. Not by Camel's option, which
   * would stop to read a listing before it has come to the sidecars.
   */
  public void setBatch(int files) {
    this.batch = files;
  }

  /** The largest input in bytes; a larger one is not downloaded. */
  public void setMaxBytes(long bytes) {
    this.maxBytes = bytes;
  }

  /** How long a file must not have changed, in milliseconds. */
  public void setMinAgeMillis(long millis) {
    this.minAgeNanos = Math.multiplyExact(millis, 1_000_000L);
  }

  /** How long a file is left alone that stayed in the inbox, in milliseconds. */
  public void setLeaveAloneMillis(long millis) {
    this.leaveAloneNanos = Math.multiplyExact(millis, 1_000_000L);
  }

  public void setDone(String folder) {
    folders.set(Outcome.DONE, folder);
  }

  public void setFailed(String folder) {
    folders.set(Outcome.FAILED, folder);
  }

  public void setRejected(String folder) {
    folders.set(Outcome.REJECTED, folder);
  }

  public void setInvalid(String folder) {
    folders.set(Outcome.INVALID, folder);
  }

  public void setUnknown(String folder) {
    folders.set(Outcome.UNKNOWN, folder);
  }

  /** Where its inputs go. */
  RemoteFolders folders() {
    return folders;
  }

  /** What the jobs' source is called. */
  String source() {
    return source;
  }

  // ---- what is taken ---------------------------------------------------------------------------

  /** Asked by the listing, for each file and folder. */
  @Override
  public boolean accept(GenericFile<Object> file) {
    listed = true;
    String name = file.getFileNameOnly();
    if (name == null || !isSafe(name)) {
      return refuse(String.valueOf(name), "no file may be called so; rename it");
    }
    if (file.isDirectory() || contains(file.getAbsoluteFilePath())) {
      return true; // Camel decides
    }
    if (SIDECARS.contains(extension(name))) {
      String path = file.getAbsoluteFilePath();
      sidecars.computeIfAbsent(SafePath.base(path), base -> new ArrayList<>()).add(path);
      return false;
    }
    if (file.getFileLength() > maxBytes) {
      return refuse(name, "it is larger than " + maxBytes + " bytes; shrink the picture");
    }
    return watched.isStill(file, poll, nanoTime.getAsLong(), minAgeNanos) && taking < batch;
  }

  /** A server may list what it likes: {@code ../x}, {@code /etc/x}, {@code *}. */
  static boolean isSafe(String name) {
    return name.indexOf('/') < 0 && RemoteStore.isPlain(name) && SafePath.isSafe(name);
  }

  private boolean refuse(String name, String why) {
    if (complaints.size() < MAX_COMPLAINTS && complaints.add(name)) {
      LOG.warn("{}: '{}' is left alone: {}", source, Printable.shorten(name, 120), why);
    }
    return false;
  }

  @Override
  public boolean contains(String path) {
    Long ended = endedInPoll.get(path);
    Long until = leftAloneUntil.get(path);
    return taken.contains(path)
        // The listing may be older than the end of that file.
        || (ended != null && ended >= poll)
        || (until != null && nanoTime.getAsLong() - until < 0);
  }

  @Override
  public boolean add(String path) {
    taking++;
    watched.forget(path);
    leftAloneUntil.remove(path);
    return taken.add(path);
  }

  /** Told by Camel when the file's turn is over, and when it did not begin. */
  @Override
  public boolean remove(String path) {
    if (folders.holdsBack(path)) {
      return false;
    }
    endedInPoll.put(path, poll);
    return taken.remove(path);
  }

  @Override
  public boolean confirm(String path) {
    return true;
  }

  @Override
  public void clear() {
    taken.clear();
    endedInPoll.clear();
    leftAloneUntil.clear();
  }

  @Override
  public void start() {}

  /** Called by the endpoint when the source stops. */
  @Override
  public void stop() {
    folders.close();
    clear();
  }

  // ---- polling ---------------------------------------------------------------------------------

  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    polling = consumer;
    if (!folders.hasStore()) {
      RemoteFileEndpoint<?> remote = (RemoteFileEndpoint<?>) endpoint;
      LocalCopies.sweep(remote.getLocalWorkDirectory());
      folders.setStore(new RemoteStore(remote));
    }
    moveWaiting();
    long last = poll;
    endedInPoll.values().removeIf(ended -> ended < last);
    long now = nanoTime.getAsLong();
    leftAloneUntil.values().removeIf(until -> now - until >= 0);
    if (!gate.begin(consumer, endpoint)) {
      return false;
    }
    poll = last + 1;
    taking = 0;
    sidecars.clear();
    return true;
  }

  @Override
  public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
    watched.forgetBefore(poll);
    if (!listed && !hasInbox((RemoteFileEndpoint<?>) endpoint)) {
      gate.notIdle();
      return;
    }
    // A file that may still grow is something to do.
    gate.commit(consumer, endpoint, Math.max(polledMessages, watched.isEmpty() ? 0 : 1));
    if (problem != null && problemInPoll < poll) {
      LOG.info("{}: {} can be used again", source, folders.store().server());
      problem = null;
    }
  }

  /** Many servers list a folder that they do not have as an empty one. */
  private boolean hasInbox(RemoteFileEndpoint<?> endpoint) {
    String folder = endpoint.getConfiguration().getDirectory();
    try {
      listed = folders.store().hasFolder(folder);
      if (!listed) {
        report(new IOException("there is no folder " + folder + "; make it, or correct inbox"));
      }
    } catch (IOException e) {
      report(e);
    }
    return listed;
  }

  @Override
  public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause)
      throws Exception {
    gate.notIdle();
    recover(cause);
    return false; // the next poll comes anyway, after the endpoint's delay
  }

  @Override
  public void handleException(Throwable exception) {
    recover(exception);
  }

  @Override
  public void handleException(String message, Throwable exception) {
    recover(exception);
  }

  @Override
  public void handleException(String message, @Nullable Exchange exchange, Throwable exception) {
    recover(exception);
  }

  /**
   * After a failure nobody knows what the server will answer next, so the connection is given up,
   * and the other files of the batch fail for that reason alone.
   */
  private synchronized void recover(Throwable failure) {
    if (problemInPoll == poll) {
      return;
    }
    report(failure);
    problemInPoll = poll;
    try {
      reconnect.rollback(polling, polling.getEndpoint(), 0, new IOException(failure));
    } catch (Exception e) {
      LOG.debug("{}: cannot disconnect", source, e);
    }
  }

  /** One line when it begins, and then one a minute. */
  private synchronized void report(Throwable failure) {
    String reason = RemoteReason.of(failure);
    long now = nanoTime.getAsLong();
    if (!reason.equals(problem) || now - problemSince >= LOG_EVERY_NANOS) {
      problem = reason;
      problemSince = now;
      LOG.warn("{}: {}: {}", source, folders.store().server(), reason);
    }
  }

  // ---- the first step --------------------------------------------------------------------------

  /**
   * The first step: makes the {@link Job} of the file in the body, with its sidecar, as {@link
   * Inputs#take} does.
   *
   * @throws InvalidRequestException when the sidecar is wrong or the file is too large
   * @throws io.volccv.error.UnreachableException when the sidecar cannot be read just now
   */
  public void take(Exchange exchange) throws IOException {
    GenericFile<?> file = exchange.getProperty(FileComponent.FILE_EXCHANGE_FILE, GenericFile.class);
    String name = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
    Path local = InputFile.of(exchange);
    Job plain = Inputs.job(source, name);
    Inputs.Taken again = exchange.getProperty(Inputs.TAKEN, Inputs.Taken.class);
    RemoteInput input =
        again == null
            ? begin(exchange, plain, file.getAbsoluteFilePath(), local)
            : (RemoteInput) again.elsewhere();
    SafePath.check(name);
    InputFile.requireReadable(local, local.getParent(), maxBytes);
    Job job = input.read(local.getParent(), plain);
    exchange.setProperty(Job.PROPERTY, job.withInputSha256(InputFile.hash(local)));
  }

  private RemoteInput begin(Exchange exchange, Job plain, String path, Path local) {
    List<String> beside = sidecars.getOrDefault(SafePath.base(path), List.of());
    RemoteInput input = new RemoteInput(folders, path, beside);
    // Before anything can be wrong, so that even a file with a bad name can be put away.
    Inputs.begin(exchange, plain, input);
    exchange
        .getExchangeExtension()
        .addOnCompletion(
            new SynchronizationAdapter() {
              /** Before Camel's own completion, after which the file may be fetched again. */
              @Override
              public int getOrder() {
                return Ordered.HIGHEST;
              }

              @Override
              public void onDone(Exchange done) {
                super.onDone(done);
                LocalCopies.delete(local);
              }

              @Override
              public void onFailure(Exchange failed) {
                leaveAlone(path);
              }
            });
    return input;
  }

  /** What could not be moved when it ended. One failure is enough to know that it is too early. */
  private void moveWaiting() {
    try {
      for (String moved = folders.moveNext(); moved != null; moved = folders.moveNext()) {
        remove(moved);
      }
    } catch (IOException e) {
      report(e);
    }
  }

  /** Of an exchange that failed the input is still there, and would be taken again at once. */
  private void leaveAlone(String path) {
    leftAloneUntil.put(path, nanoTime.getAsLong() + leaveAloneNanos);
  }

  private static String extension(String name) {
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
