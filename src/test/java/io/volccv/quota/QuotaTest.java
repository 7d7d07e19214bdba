package io.volccv.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.volccv.ledger.Budget;
import io.volccv.ledger.LedgerReport;
import io.volccv.ledger.Quota;
import io.volccv.sandbox.Bill;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How much of what is granted is used, counted at the sandbox, which refuses what is over. What
 * depends on time is measured only when asked for, on a machine that does nothing else: {@code mvn
 * test -Dtest=QuotaTest -Dvolccv.quota.seconds=120}. Time is scaled so that this many seconds stand
 * for ten minutes: with 120, five times as many calls a second, and calls of a fifth of their time.
 * Runs of less than a minute are scaled by ten, and are not held to the goals. {@code
 * -Dvolccv.quota.only="sqlite 2"} runs one ledger and number of processes.
 */
@Tag("slow")
final class QuotaTest {

  private static final int SECONDS = Integer.getInteger("volccv.quota.seconds", 8);
  private static final boolean STRICT = SECONDS >= 60;
  private static final String ONLY = System.getProperty("volccv.quota.only", ".*");
  private static final int SCALE = Math.max(1, Math.min(10, 600 / SECONDS));

  /**
   * Until then a fresh process is slow, and its first calls come closer together than they left.
   */
  private static final Duration WARM = Duration.ofSeconds(2);

  private static final byte[] DOT =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNg+M9QDwADgQF/e5IkGQAAAABJRU5ErkJggg==");
  private static EmbeddedPostgres server;
  private static int databases;

  @TempDir Path folder;

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  private String ledger(String kind) throws IOException, SQLException {
    if (kind.equals("sqlite")) {
      return "jdbc:sqlite:" + folder.resolve("ledger.db");
    }
    if (server == null) {
      server = EmbeddedPostgres.start();
    }
    String name = "quota" + ++databases;
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    }
    return server.getJdbcUrl("postgres", name);
  }

  private static Sandbox sandbox(Double rate, Integer concurrency, Duration latency) {
    return Sandbox.start(
        SandboxOptions.defaults()
            .withPort(0)
            .withRate(rate)
            .withConcurrency(concurrency)
            .withLatency(new SandboxOptions.Latency(latency, latency))
            .withPictures(json -> List.of(DOT)));
  }

  @ParameterizedTest
  @CsvSource({"sqlite, 1, 0.98", "sqlite, 2, 0.93", "postgresql, 2, 0.93"})
  @EnabledIfSystemProperty(named = "volccv.quota.seconds", matches = "\\d+")
  void theRateIsUsedToTheFullAndNeverExceeded(String kind, int processes, double least)
      throws Exception {
    assumeThat(kind + " " + processes).matches(ONLY);
    double rate = 5 * SCALE;
    try (Sandbox sandbox = sandbox(rate, null, Duration.ofMillis(20));
        Workers workers =
            new Workers(processes, ledger(kind), folder, sandbox, rate, 100, 0, 16, SECONDS)) {
      List<Workers.Report> reports = workers.reports();

      List<Instant> calls = warm(sandbox.bill());
      double used = used(calls) / rate;
      print("rate", kind, processes, used, reports);
      int most = mostInASecond(calls);
      System.out.printf("quota: rate %.0f a second, %d at most in any second%n", rate, most);
      assertThat(sandbox.bill().calls()).allMatch(call -> "10000".equals(call.code()));
      if (STRICT) {
        assertThat(most).isLessThanOrEqualTo((int) rate + 1);
      }
      assertThat(used).isBetween(STRICT ? least : 0.8, STRICT ? 1.01 : 1.1);
      fair(reports);
    }
  }

  @ParameterizedTest
  @CsvSource({"sqlite, 1, 0.95", "sqlite, 2, 0.93", "postgresql, 2, 0.93"})
  @EnabledIfSystemProperty(named = "volccv.quota.seconds", matches = "\\d+")
  void theConcurrencyIsUsedToTheFullAndNeverExceeded(String kind, int processes, double least)
      throws Exception {
    assumeThat(kind + " " + processes).matches(ONLY);
    long latency = 1000 / SCALE;
    try (Sandbox sandbox = sandbox(null, 3, Duration.ofMillis(latency));
        Workers workers =
            new Workers(processes, ledger(kind), folder, sandbox, 0, 3, 0, 6, SECONDS)) {
      List<Workers.Report> reports = workers.reports();

      List<Instant> calls = warm(sandbox.bill());
      double used = used(calls) * latency / 1000 / 3;
      print("concurrency", kind, processes, used, reports);
      assertThat(sandbox.bill().calls()).allMatch(call -> "10000".equals(call.code()));
      assertThat(used).isBetween(STRICT ? least : 0.8, 1.02);
      fair(reports);
    }
  }

  @ParameterizedTest
  @CsvSource({"sqlite", "postgresql"})
  void aBudgetIsSpentToTheLastPictureByFourProcessesAndNoFurther(String kind) throws Exception {
    try (Sandbox sandbox = sandbox(null, null, Duration.ofMillis(50));
        Workers workers = new Workers(4, ledger(kind), folder, sandbox, 0, 64, 100, 16, 60)) {
      List<Workers.Report> reports = workers.reports();

      assertThat(sandbox.bill().images()).isEqualTo(100);
      assertThat(reports.stream().mapToInt(Workers.Report::made).sum()).isEqualTo(100);
      assertThat(reports).allMatch(report -> report.overBudget() == 16 && report.failed() == 0);
    }
  }

  /**
   * With failures, answers of several pictures, unknowns and midnight: not one picture too many, on
   * any day and in all, and not one too few.
   */
  @ParameterizedTest
  @CsvSource({"sqlite", "postgresql"})
  void aBudgetIsSpentExactlyWhateverBecomesOfTheCalls(String kind) throws Exception {
    SandboxOptions options =
        SandboxOptions.defaults()
            .withPort(0)
            .withLatency(new SandboxOptions.Latency(Duration.ofMillis(20), Duration.ofMillis(80)))
            .withPictures(json -> Collections.nCopies(pictures(json.path("prompt").asText()), DOT));
    // On a busy machine the processes may be there only after it: then all is spent on one day.
    Instant midnight = Instant.now().plusSeconds(STRICT ? 30 : 10);
    int ofDay = midnight.atOffset(ZoneOffset.UTC).toLocalTime().toSecondOfDay();
    ZoneOffset zone = ZoneOffset.ofTotalSeconds(ofDay < 43_200 ? -ofDay : 86_400 - ofDay);
    String ledger = ledger(kind);
    try (Sandbox sandbox = Sandbox.start(options)) {
      sandbox.faults(
          List.of(
              Fault.code("50412").onPrompt("fails"),
              Fault.always(Fault.Kind.CUT_AFTER_BILLING).onPrompt("cut")));
      try (Workers workers =
          new Workers(
              4,
              ledger,
              folder,
              sandbox,
              0,
              64,
              150,
              16,
              300,
              "100",
              zone.getId(),
              Long.toString(midnight.toEpochMilli() + 1000))) {
        List<Workers.Report> reports = workers.reports();

        Budget budget = new Budget(Budget.Caps.NONE, Map.of(), Optional.empty(), zone);
        LedgerReport report = LedgerReport.read(ledger, Quota.ofConcurrency(1), budget);
        long today = used(report.today());
        long before = used(report.total()) - today;
        System.out.printf("quota: mixed, %s: %d before midnight, %d after%n", kind, before, today);
        assertThat(before).isBetween(STRICT ? 100L : 0L, 100L);
        assertThat(today).isEqualTo(Math.min(100, 150 - before));
        assertThat(report.total().heldImages()).isZero();
        assertThat(sandbox.bill().images()).isEqualTo(before + today);
        assertThat(reports.stream().mapToInt(Workers.Report::made).sum())
            .isEqualTo(report.total().spentImages());
        assertThat(report.total().maybeImages()).isPositive();
        assertThat(reports).allMatch(one -> one.overBudget() == 16 && one.failed() == 0);
      }
    }
  }

  private static int pictures(String prompt) {
    return prompt.contains("several") ? 1 + Math.floorMod(prompt.hashCode(), 4) : 1;
  }

  private static long used(LedgerReport.Spend spend) {
    return spend.spentImages() + spend.maybeImages();
  }

  @ParameterizedTest
  @CsvSource({"concurrency", "rate"})
  @EnabledIfSystemProperty(named = "volccv.quota.seconds", matches = "\\d+")
  void withoutFiguresTheGrantIsFoundOutAndFoundAgainWhenItChanges(String what) throws Exception {
    int seconds = Math.max(24, SECONDS);
    assumeThat(what).matches(ONLY);
    boolean rate = what.equals("rate");
    double latency = rate ? 0.1 : 0.25;
    int granted = rate ? 20 : 8;
    Duration third = Duration.ofSeconds(seconds / 3);
    try (Sandbox sandbox =
            sandbox(
                rate ? (double) granted : null,
                rate ? null : granted,
                Duration.ofMillis(Math.round(latency * 1000)));
        Workers workers = new Workers(1, ledger("sqlite"), folder, sandbox, 0, 0, 0, 32, seconds)) {
      Instant begin = Instant.now();
      await(begin.plus(third));
      limit(sandbox, rate, granted / 2);
      await(begin.plus(third.multipliedBy(2)));
      limit(sandbox, rate, granted);
      workers.reports();

      List<Bill.Call> calls = sandbox.bill().calls();
      long refused = calls.stream().filter(call -> !"10000".equals(call.code())).count();
      System.out.printf(
          "quota: %s found out, %d of %d calls refused%n", what, refused, calls.size());
      for (int part = 0; part < 3; part++) {
        Instant end = begin.plus(third.multipliedBy(part + 1)).minusMillis(500);
        // Ten seconds after each change; in a short run at the end.
        Instant from =
            STRICT ? begin.plus(third.multipliedBy(part)).plusSeconds(10) : end.minusSeconds(2);
        long inTime =
            calls.stream()
                .filter(call -> "10000".equals(call.code()))
                .filter(call -> call.time().isAfter(from) && call.time().isBefore(end))
                .count();
        double perSecond = inTime * 1000.0 / Duration.between(from, end).toMillis();
        double used = rate ? perSecond : perSecond * latency;
        int most = part == 1 ? granted / 2 : granted;
        System.out.printf("quota: %s found out, %.2f of %d used%n", what, used, most);
        assertThat(used).isBetween(most * (STRICT ? 0.9 : 0.7), most * 1.1);
      }
      assertThat(refused).isLessThan(calls.size() * (STRICT ? 2 : 5) / 100);
    }
  }

  private static void limit(Sandbox sandbox, boolean rate, int granted) {
    sandbox.limits(rate ? (double) granted : null, rate ? null : granted);
  }

  private static void await(Instant time) {
    Awaitility.await().atMost(Duration.ofMinutes(10)).until(() -> Instant.now().isAfter(time));
  }

  private static void fair(List<Workers.Report> reports) {
    long slowest = reports.stream().mapToLong(Workers.Report::p99).max().orElseThrow();
    long fastest = reports.stream().mapToLong(Workers.Report::p99).min().orElseThrow();
    assertThat(slowest).isLessThanOrEqualTo(3 * fastest);
    assertThat(reports).allMatch(report -> report.failed() == 0);
  }

  private static List<Instant> warm(Bill bill) {
    List<Instant> calls = bill.calls().stream().map(Bill.Call::time).sorted().toList();
    Instant begin = calls.get(0).plus(WARM);
    return calls.stream().filter(call -> !call.isBefore(begin)).toList();
  }

  /**
   * Calls per second. From the first to the last that is one whole second or more after it, so that
   * calls that begin together count as one step in time.
   */
  private static double used(List<Instant> calls) {
    Instant first = calls.get(0);
    long seconds = Duration.between(first, calls.get(calls.size() - 1)).toSeconds();
    Instant end = first.plusSeconds(seconds);
    return calls.stream().filter(call -> call.isBefore(end)).count() / (double) seconds;
  }

  private static int mostInASecond(List<Instant> calls) {
    int most = 0;
    int first = 0;
    for (int last = 0; last < calls.size(); last++) {
      while (!calls.get(last).isBefore(calls.get(first).plusSeconds(1))) {
        first++;
      }
      most = Math.max(most, last - first + 1);
    }
    return most;
  }

  private static void print(
      String what, String kind, int processes, double used, List<Workers.Report> reports) {
    System.out.printf(
        "quota: %s, %s, %d process(es): %.1f %% used, p99 %s ms%n",
        what, kind, processes, used * 100, reports.stream().map(Workers.Report::p99).toList());
  }
}
