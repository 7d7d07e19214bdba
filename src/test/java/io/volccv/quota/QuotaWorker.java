package io.volccv.quota;

import io.volccv.client.CvClient;
import io.volccv.client.CvClients;
import io.volccv.client.FileSpool;
import io.volccv.client.ModelCatalog;
import io.volccv.error.BudgetExceededException;
import io.volccv.error.Failures;
import io.volccv.ledger.Budget;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Quota;
import io.volccv.model.CvRequest;
import io.volccv.model.CvResult;
import io.volccv.model.Money;
import io.volccv.signing.Credentials;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process that asks for pictures without a pause, as many at a time as it is told, until the
 * time is over or the budget is used up. Prints one line: pictures made, refusals by the budget,
 * other failures, and the wait at the 99th percentile in milliseconds.
 *
 * <p>Arguments: ledger, own folder, API, rate, concurrency, pictures of the budget (0 for none),
 * callers, seconds; and for a mixed run the pictures of a day, the time zone, and the moment in
 * milliseconds since 1970 at which a new day has begun there. A mixed run has calls that fail, that
 * are cut off and that may bring several pictures; a caller who is refused comes again until the
 * refusal holds for the new day too.
 */
final class QuotaWorker {

  private static final String ONE = "high_aes_general_v30l_zt2i";
  private static final String SEVERAL = "some_of_four";

  private final CvClient client;
  private final String name;
  private final long newDay;
  private final long endAt;
  private final CountDownLatch callers;
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger overBudget = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Map<Long, AtomicInteger> waits = new ConcurrentSkipListMap<>();

  private QuotaWorker(CvClient client, String name, int callers, long seconds, long newDay) {
    this.newDay = newDay;
    this.client = client;
    this.name = name;
    this.callers = new CountDownLatch(callers);
    this.endAt = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    int images = Integer.parseInt(args[5]);
    int callers = Integer.parseInt(args[6]);
    boolean mixed = args.length > 8;
    Budget.Caps caps =
        new Budget.Caps(
            Optional.empty(),
            mixed ? Optional.of(Long.parseLong(args[8])) : Optional.empty(),
            Optional.empty(),
            images == 0 ? Optional.empty() : Optional.of((long) images));
    ZoneId zone = mixed ? ZoneId.of(args[9]) : Budget.VENDOR_ZONE;
    Budget budget = new Budget(caps, Map.of(), Optional.of(new Money(200)), zone);
    Quota quota =
        new Quota("main", Double.parseDouble(args[3]), Integer.parseInt(args[4]), callers);
    JdbcLedger ledger =
        new JdbcLedger(args[0], folder.resolve("kept"), quota, budget, Duration.ofSeconds(30));
    ledger.start();
    try (FileSpool spool = FileSpool.open(folder.resolve("spool"), 16384);
        CvClients clients = new CvClients(ledger, spool, Clock.systemUTC())) {
      CvClient.Settings settings =
          new CvClient.Settings(
              URI.create(args[2]),
              Duration.ofSeconds(5),
              Duration.ofSeconds(30),
              null,
              null,
              true,
              true,
              1 << 20,
              Optional.empty(),
              Duration.ZERO,
              Duration.ZERO);
      CvClient client =
          clients.client(settings, new Credentials.ApiKey("sandbox-key"), models(folder));
      System.out.println("ready");
      QuotaWorker worker =
          new QuotaWorker(
              client,
              folder.getFileName().toString(),
              callers,
              Long.parseLong(args[7]),
              mixed ? Long.parseLong(args[10]) : 0);
      worker.run(callers);
    } finally {
      ledger.close();
    }
  }

  private static ModelCatalog models(Path folder) throws IOException {
    String several =
        """
        {"some_of_four": {"modes": ["sync"], "prompt": {"field": "prompt", "required": true},
                          "results": {"kind": "image", "max": 4},
                          "price": {"cny": 0.2, "per": "image"}}}
        """;
    return ModelCatalog.shipped().with(Files.writeString(folder.resolve("models.json"), several));
  }

  private void run(int callers) throws InterruptedException {
    for (int i = 0; i < callers; i++) {
      next(name + "-" + i, 0);
    }
    this.callers.await();
    System.out.printf(
        "%d %d %d %d%n", made.get(), overBudget.get(), failed.get(), percentile(0.99));
  }

  private void next(String caller, int n) {
    if (System.nanoTime() - endAt >= 0) {
      callers.countDown();
      return;
    }
    // Of the mixed calls each fourth may bring several pictures, some fail, some are cut off.
    String kind =
        newDay == 0
            ? ""
            : n % 4 == 1 ? " several" : n % 8 == 2 ? " fails" : n % 8 == 3 ? " cut" : "";
    call(caller, n, kind);
  }

  private void call(String caller, int n, String kind) {
    long begun = System.nanoTime();
    long time = System.currentTimeMillis();
    String prompt = caller + " " + n + kind;
    CvRequest request =
        new CvRequest(
            kind.equals(" several") ? SEVERAL : ONE,
            Map.of("prompt", prompt),
            List.of(),
            Optional.of(prompt));
    client
        .process(request)
        .whenComplete(
            (outcome, failure) -> {
              waits
                  .computeIfAbsent(
                      (System.nanoTime() - begun) / 1_000_000, millis -> new AtomicInteger())
                  .incrementAndGet();
              if (failure == null) {
                CvResult result = outcome.result().orElseThrow();
                made.addAndGet(result.images().size());
                result.release();
              } else if (Failures.cause(failure) instanceof BudgetExceededException) {
                refused(caller, n, kind, time);
                return;
              } else if (kind.isEmpty()) {
                failed.incrementAndGet();
              }
              next(caller, n + 1);
            });
  }

  /** Several pictures may be too dear while one is not; and tomorrow is another day. */
  private void refused(String caller, int n, String kind, long time) {
    if (newDay == 0 || (kind.isEmpty() && time >= newDay)) {
      overBudget.incrementAndGet();
      callers.countDown();
    } else if (!kind.isEmpty()) {
      call(caller, n, "");
    } else {
      CompletableFuture.delayedExecutor(100, TimeUnit.MILLISECONDS)
          .execute(() -> call(caller, n, ""));
    }
  }

  private long percentile(double part) {
    long all = waits.values().stream().mapToLong(AtomicInteger::get).sum();
    long seen = 0;
    for (Map.Entry<Long, AtomicInteger> wait : waits.entrySet()) {
      seen += wait.getValue().get();
      if (seen >= all * part) {
        return wait.getKey();
      }
    }
    return 0;
  }
}
