package io.volccv.bench.ledger;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.WorkFolder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * The ledger alone: what a call costs its thread at a steady pace, and how many it carries, with an
 * empty table and with a full one. {@code -Dbench.ledger.rows=N} makes the full one smaller.
 */
public final class LedgerPart implements Part {

  private static final int ROWS = Integer.getInteger("bench.ledger.rows");
  private static final int PACE = 100;
  private static final int CALLERS = 16;
  private static final int WARM_CALLS = 5_000;

  /** With the full tables, whose pages have to come from the disk: the code is warm by then. */
  private static final int WARM_AGAIN_CALLS = 1_000;

  private static final int STEADY_SECONDS = 2;
  private static final int FULL_SECONDS = 1;

  @Override
  public String name() {
    return "ledger";
  }

  @Override
  public List<Finding> run(Bench bench) throws Exception {
    List<Finding> findings = new ArrayList<>();
    System.out.println(
        "ledger      rows      CPU ms/call at 100/s    p50 ms    p99 ms    calls/s of 16 callers"
            + "    disk syncs/s");
    try (WorkFolder folder = WorkFolder.create(bench, "ledger");
        Store.Postgresql postgresql = Store.postgresql(folder.path())) {
      List<Store> stores = List.of(Store.sqlite(folder.path()), postgresql);
      for (Store store : stores) {
        findings.addAll(measure(store, 0, WARM_CALLS, bench.rounds()));
      }
      fill(stores);
      for (Store store : stores) {
        findings.addAll(measure(store, ROWS, WARM_AGAIN_CALLS, bench.rounds()));
      }
    }
    return findings;
  }

  private static void fill(List<Store> stores) throws Exception {
    List<Callable<Void>> all = new ArrayList<>();
    for (Store store : stores) {
      all.add(
          () -> {
            store.fill(ROWS);
            return null;
          });
    }
    AtOnce.run(all);
  }

  private static List<Finding> measure(Store store, int rows, int warmCalls, int rounds)
      throws Exception {
    double[] cpu = new double[rounds];
    double[] rate = new double[rounds];
    double[] p50 = new double[rounds];
    double[] p99 = new double[rounds];
    double[] syncs = new double[rounds];
    try (Load load = new Load(store)) {
      load.many(CALLERS, warmCalls);
      for (int round = 0; round < rounds; round++) {
        Load.Steady steady = load.steady(PACE, STEADY_SECONDS);
        cpu[round] = steady.cpuMillis();
        p50[round] = steady.p50Millis();
        p99[round] = steady.p99Millis();
        rate[round] = load.full(CALLERS, FULL_SECONDS);
        syncs[round] = Disk.syncsPerSecond(store.folder());
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%-10s %9d %15.2f %17.1f %9.1f %15.0f %22.0f%n",
        store.name(),
        rows,
        median(cpu),
        median(p50),
        median(p99),
        median(rate),
        median(syncs));
    String where = store.name() + " with " + rows + " rows: ";
    int least = store.leastCallsPerSecond();
    return List.of(
        new Finding(
            where + "CPU of the ledger's thread per call at " + PACE + " calls/s",
            "<= 1 ms",
            String.format(Locale.ROOT, "%.2f ms", median(cpu)),
            median(cpu) <= 1),
        new Finding(
            where + "calls/s of " + CALLERS + " callers",
            ">= " + least,
            String.format(Locale.ROOT, "%.0f", median(rate)),
            median(rate) >= least));
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
