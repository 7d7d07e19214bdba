package io.volccv.bench.ledger;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.WorkFolder;
import io.volccv.ledger.Quota;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How much of what an account grants is used by one ledger, and by two that share a database, when
 * the rate binds and when the concurrency does. The calls take their time and nothing else.
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
    List<Finding> findings = new ArrayList<>();
    System.out.println("binds          ledgers    used of what is granted    most");
    for (int ledgers : List.of(1, 2)) {
      try (WorkFolder folder = WorkFolder.create(bench, "quota")) {
        findings.addAll(rate(Store.sqlite(folder.path()), ledgers));
      }
      try (WorkFolder folder = WorkFolder.create(bench, "quota")) {
        findings.addAll(concurrency(Store.sqlite(folder.path()), ledgers));
      }
    }
    return findings;
  }

  private static List<Finding> rate(Store store, int ledgers) throws Exception {
    Quota quota = new Quota("bench", RATE, 1_000, 10_000);
    Demand.Use use = new Demand(store, quota, ledgers, 20).during(SECONDS);
    double used = (double) use.begun() / (RATE * SECONDS);
    int most = use.mostBegunInASecond();
    return findings("rate", ledgers, used, ledgers == 1 ? 0.98 : 0.93, most, RATE + TOLERANCE);
  }

  private static List<Finding> concurrency(Store store, int ledgers) throws Exception {
    Quota quota = new Quota("bench", 0, CONCURRENCY, 10_000);
    Demand.Use use = new Demand(store, quota, ledgers, 1_000).during(SECONDS);
    double used = use.meanUnderWay() / CONCURRENCY;
    int most = use.mostUnderWay();
    return findings("concurrency", ledgers, used, ledgers == 1 ? 0.95 : 0.93, most, CONCURRENCY);
  }

  private static List<Finding> findings(
      String what, int ledgers, double used, double least, int most, int granted) {
    System.out.printf(Locale.ROOT, "%-11s %10d %19.1f %% %13d%n", what, ledgers, used * 100, most);
    String where = "quota where " + what + " binds, " + ledgers + " on a ledger: ";
    return List.of(
        new Finding(
            where + "used",
            String.format(Locale.ROOT, ">= %.0f %%", least * 100),
            String.format(Locale.ROOT, "%.1f %%", used * 100),
            used >= least),
        new Finding(where + "most", "<= " + granted, String.valueOf(most), most <= granted));
  }
}
