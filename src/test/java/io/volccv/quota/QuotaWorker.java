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
import io.volccv.model.Money;
import io.volccv.signing.Credentials;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One process that asks for pictures without a pause, as many at a time as it is told, until the
 * time is over or the budget is used up. Prints one line: pictures made, refusals by the budget,
 * other failures, and the wait at the 99th percentile in milliseconds.
 *
 * <p>Arguments: ledger, own folder, API, rate, concurrency, pictures of the budget (0 for none),
 * callers, seconds.
 */
final class QuotaWorker {

  private final CvClient client;
  private final String name;
  private final long endAt;
  private final CountDownLatch callers;
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger overBudget = new AtomicInteger();
  private final AtomicInteger failed = new AtomicInteger();
  private final Map<Long, AtomicInteger> waits = new ConcurrentSkipListMap<>();

  private QuotaWorker(CvClient client, String name, int callers, long seconds) {
    this.client = client;
    this.name = name;
    this.callers = new CountDownLatch(callers);
    this.endAt = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    int images = Integer.parseInt(args[5]);
    int callers = Integer.parseInt(args[6]);
    Budget.Caps caps =
        new Budget.Caps(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            images == 0 ? Optional.empty() : Optional.of((long) images));
    Budget budget = new Budget(caps, Map.of(), Optional.of(new Money(200)), Budget.VENDOR_ZONE);
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
          clients.client(settings, new Credentials.ApiKey("sandbox-key"), ModelCatalog.shipped());
      System.out.println("ready");
      QuotaWorker worker =
          new QuotaWorker(
              client, folder.getFileName().toString(), callers, Long.parseLong(args[7]));
      worker.run(callers);
    } finally {
      ledger.close();
    }
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
    long begun = System.nanoTime();
    CvRequest request =
        new CvRequest(
            "high_aes_general_v30l_zt2i",
            Map.of("prompt", caller + " " + n),
            List.of(),
            Optional.of(caller + " " + n));
    client
        .process(request)
        .whenComplete(
            (outcome, failure) -> {
              waits
                  .computeIfAbsent(
                      (System.nanoTime() - begun) / 1_000_000, millis -> new AtomicInteger())
                  .incrementAndGet();
              if (failure == null) {
                made.incrementAndGet();
                outcome.result().orElseThrow().release();
              } else if (Failures.cause(failure) instanceof BudgetExceededException) {
                overBudget.incrementAndGet();
                callers.countDown();
                return;
              } else {
                failed.incrementAndGet();
              }
              next(caller, n + 1);
            });
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
