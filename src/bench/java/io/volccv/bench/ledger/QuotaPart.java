package io.volccv.bench.ledger;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.WorkFolder;
import io.volccv.ledger.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * How much of what an account grants is used by one ledger, and by two that share a database, when
 * the rate binds and when the concurrency does. The calls take their time and nothing else, so all
 * of it is measured at the same time, each on a database of its own.
 */
public final class QuotaPart implements Part {

  private static final int RATE = 25;
  private static final int CONCURRENCY = 4;
  private static final int SECONDS = 10;

  /** One that begins when the second ends is in it for whoever counts. */
  private static final int TOLERANCE = 1;

  @Override
  public String name() {
    return "quota";
  }

  @Override
  public List<Finding> run(Bench bench) throws Exception {
    List<Callable<Used>> all =
        List.of(
            () -> rate(bench, 1, 0.98),
            () -> concurrency(bench, 1, 0.95),
            () -> rate(bench, 2, 0.93),
            () -> concurrency(bench, 2, 0.93));
    System.out.println("binds          ledgers    used of what is granted    most");
    List<Finding> findings = new ArrayList<>();
    for (Used used : AtOnce.run(all)) {
      System.out.print(used.line());
      findings.addAll(used.findings());
    }
    return findings;
  }

  private static Used rate(Bench bench, int ledgers, double least) throws Exception {
    Quota quota = new Quota("bench", RATE, 1_000, 10_000);
    Demand.Use use = use(bench, quota, ledgers, 20);
    double part = (double) use.begun() / (RATE * SECONDS);
    return new Used("rate", ledgers, part, least, use.mostBegunInASecond(), RATE + TOLERANCE);
  }

  private static Used concurrency(Bench bench, int ledgers, double least) throws Exception {
    Quota quota = new Quota("bench", 0, CONCURRENCY, 10_000);
    Demand.Use use = use(bench, quota, ledgers, 1_000);
    double part = use.meanUnderWay() / CONCURRENCY;
    return new Used("concurrency", ledgers, part, least, use.mostUnderWay(), CONCURRENCY);
  }

  private static Demand.Use use(Bench bench, Quota quota, int ledgers, long callMillis)
      throws Exception {
    try (WorkFolder folder = WorkFolder.create(bench, "quota")) {
      Store store = Store.sqlite(folder.path());
      return new Demand(store, quota, ledgers, callMillis).during(SECONDS);
    }
  }

  /**
   * @param binds what does
   * @param part of what is granted
   * @param least its goal
   * @param granted the goal for {@code most}
   */
  private record Used(String binds, int ledgers, double part, double least, int most, int granted) {

    private String line() {
      return String.format(
          Locale.ROOT, "%-11s %10d %19.1f %% %13d%n", binds, ledgers, part * 100, most);
    }

    private List<Finding> findings() {
      String where = "quota where " + binds + " binds, " + ledgers + " on a ledger: ";
      return List.of(
          new Finding(
              where + "used",
              String.format(Locale.ROOT, ">= %.0f %%", least * 100),
              String.format(Locale.ROOT, "%.1f %%", part * 100),
              part >= least),
          new Finding(where + "most", "<= " + granted, String.valueOf(most), most <= granted));
    }
  }
}
