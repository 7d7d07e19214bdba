package io.volccv.crash;

import io.volccv.client.CvClient;
import io.volccv.client.CvClients;
import io.volccv.client.CvOutcome;
import io.volccv.client.FileSpool;
import io.volccv.client.ModelCatalog;
import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.OutputRejectedException;
import io.volccv.ledger.InMemoryLedger;
import io.volccv.ledger.Ledger;
import io.volccv.ledger.Quota;
import io.volccv.ledger.WatchedLedger;
import io.volccv.model.CvRequest;
import io.volccv.model.CvTask;
import io.volccv.signing.Credentials;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A process that works off a folder of jobs, in the order of {@code routes/picture.yaml}: the call,
 * the sinks, {@code delivered}, and only then the job's file is moved away. Ends when there is
 * nothing left.
 */
public final class Worker {

  private static final int MOST_DRAWINGS = 4;
  private static final Duration RESPONSE_TIMEOUT = Duration.ofSeconds(10);
  private static final long PAUSE_MILLIS = 20;

  private final WorkerOptions options;
  private final Crash crash;
  private final CrashLedger ledger;
  private final CvClient sync;
  private final CvClient tasks;
  private final Sinks sinks;
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Map<String, Long> notBefore = new ConcurrentHashMap<>();

  private Worker(
      WorkerOptions options, Crash crash, CrashLedger ledger, CvClient sync, CvClient tasks) {
    this.options = options;
    this.crash = crash;
    this.ledger = ledger;
    this.sync = sync;
    this.tasks = tasks;
    this.sinks = new Sinks(options.home());
  }

  public static void main(String[] args) throws Exception {
    endWithParent();
    WorkerOptions options = WorkerOptions.parse(args);
    Crash crash = new Crash(options.crash(), options.job(), options.attempt(), options.stops());
    Clock clock = clock(options.home().resolve("later"));
    try (CrashLedger ledger = ledger(options, crash, clock);
        FileSpool spool = FileSpool.open(options.home().resolve("spool"), 16 * 1024)) {
      ledger.start();
      try (CvClients clients = new CvClients(ledger, spool, clock)) {
        CvClient sync = client(options, clients, Optional.empty());
        CvClient tasks = client(options, clients, Optional.of(CvTask.Pair.SYNC2ASYNC));
        System.out.println("ready");
        System.out.flush();
        new Worker(options, crash, ledger, sync, tasks).run();
      }
    }
  }

  /** Whoever started it holds its input open. */
  private static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                System.in.transferTo(OutputStream.nullOutputStream());
              } catch (IOException e) {
                System.err.println("the input cannot be read: " + e);
              }
              Runtime.getRuntime().halt(1);
            });
    watch.setDaemon(true);
    watch.start();
  }

  private static Clock clock(Path later) throws IOException {
    return Files.exists(later)
        ? Clock.offset(Clock.systemUTC(), Duration.parse(Files.readString(later)))
        : Clock.systemUTC();
  }

  private static CrashLedger ledger(WorkerOptions options, Crash crash, Clock clock) {
    Ledger inner =
        options.control() == Control.LEDGER_IN_MEMORY
            ? new InMemoryLedger(options.width(), 1000)
            : WatchedLedger.of(
                options.url(),
                options.kept(),
                new Quota("main", options.rate(), options.permits(), 1000),
                RESPONSE_TIMEOUT,
                options.beat(),
                options.lease(),
                clock,
                crash);
    return new CrashLedger(inner, options.kept(), crash, options.control());
  }

  private static CvClient client(
      WorkerOptions options, CvClients clients, Optional<CvTask.Pair> pair) {
    CvClient.Settings settings =
        new CvClient.Settings(
            URI.create(options.sandbox() + "/volcv/v1"),
            Duration.ofSeconds(5),
            RESPONSE_TIMEOUT,
            null,
            null,
            false,
            true,
            64L << 20,
            pair,
            Duration.ofMillis(30),
            Duration.ZERO);
    return clients.client(settings, new Credentials.ApiKey("sandbox-key"), ModelCatalog.shipped());
  }

  private void run() throws InterruptedException, IOException {
    while (options.waits() && !Files.exists(options.home().resolve("go"))) {
      pause();
    }
    ExecutorService pool = Executors.newFixedThreadPool(options.width());
    while (hasJobs()) {
      for (Path job : due()) {
        busy.add(Mode.id(job));
        pool.execute(() -> work(job));
      }
      pause();
    }
    pool.shutdown();
    pool.awaitTermination(30, TimeUnit.SECONDS);
  }

  private static void pause() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
  }

  private boolean hasJobs() throws IOException {
    try (Stream<Path> files = Files.list(options.inbox())) {
      return files.findAny().isPresent() || !busy.isEmpty();
    }
  }

  private List<Path> due() throws IOException {
    long now = System.nanoTime();
    try (Stream<Path> files = Files.list(options.inbox())) {
      return files
          .filter(job -> !busy.contains(Mode.id(job)))
          .filter(job -> now - notBefore.getOrDefault(Mode.id(job), now) >= 0)
          .sorted()
          .limit(Math.max(0, options.width() - busy.size()))
          .toList();
    }
  }

  private void work(Path job) {
    String id = Mode.id(job);
    try {
      attempt(job, id, Mode.valueOf(Files.readString(job)));
    } catch (NoSuchFileException e) {
      // Another worker was quicker.
    } catch (IOException | RuntimeException | Error e) {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    } finally {
      busy.remove(id);
    }
  }

  private void attempt(Path job, String id, Mode mode) throws IOException {
    for (int drawing = 1; ; drawing++) {
      CvRequest wish = mode.wish(id, drawing == 1 ? 0 : drawing);
      try {
        CvOutcome outcome =
            (mode.isTask() ? tasks.generate(wish) : sync.process(wish))
                .toCompletableFuture()
                .join();
        deliver(id, outcome);
        acknowledge(job, "done");
        crash.at(Point.ACKED, id, ledger.attempt(id));
        return;
      } catch (CompletionException e) {
        CvException reason = typed(e);
        if (!(reason instanceof OutputRejectedException) || drawing == MOST_DRAWINGS) {
          failed(job, id, reason);
          return;
        }
      }
    }
  }

  private static CvException typed(CompletionException e) {
    if (Failures.cause(e) instanceof CvException reason) {
      return reason;
    }
    throw e;
  }

  private void failed(Path job, String id, CvException reason) throws IOException {
    if (reason.isRetryable()) {
      Long wait = reason.getRetryAfterMillis();
      long millis = wait == null ? 100 : Math.min(500, wait);
      notBefore.put(id, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
      return;
    }
    String where = reason instanceof OutcomeUnknownException ? "unknown" : "failed";
    Files.writeString(
        options.home().resolve("reasons").resolve(id), reason + " " + reason.getStage());
    acknowledge(job, reason.getBilled().equals("no") ? where : "unknown");
  }

  private void deliver(String id, CvOutcome outcome) throws IOException {
    if (outcome.result().isEmpty()) {
      return;
    }
    var result = outcome.result().get();
    try {
      if (options.control() == Control.DELIVERED_BEFORE_THE_SINK) {
        ledger.delivered(id).toCompletableFuture().join();
      }
      crash.at(Point.SETTLED, id, ledger.attempt(id));
      for (String sink : Sinks.NAMES) {
        if (!outcome.delivered().contains(sink)) {
          sinks.write(sink, id, result);
          crash.at(Point.WRITTEN, id, ledger.attempt(id));
          ledger.delivered(id, sink).toCompletableFuture().join();
        }
        crash.at(Point.HALF_DELIVERED, id, ledger.attempt(id));
      }
      ledger.delivered(id).toCompletableFuture().join();
      crash.at(Point.MARKED, id, ledger.attempt(id));
    } finally {
      result.release();
    }
  }

  private void acknowledge(Path job, String where) throws IOException {
    Path to = options.home().resolve(where).resolve(Mode.id(job));
    try {
      Files.move(job, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      // Another worker was quicker.
    }
  }
}
