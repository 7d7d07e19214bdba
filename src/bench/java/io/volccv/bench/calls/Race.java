package io.volccv.bench.calls;

import io.volccv.bench.Server;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the contenders of one cell in turns, A B A B, so that whatever else the machine does
 * meets all of them.
 */
final class Race {

  /** A round takes so long at least: shorter ones say little. */
  private static final double ROUND_SECONDS = 0.5;

  /** A new number of calls at a time is compiled a little differently. */
  private static final long MOST_SETTLE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Cell cell;
  private final List<Runner> runners;

  /**
   * @param runners those of all cells, warm
   */
  Race(Cell cell, List<Runner> runners) {
    this.cell = cell;
    this.runners = runners;
  }

  List<Row> run(Server server, int rounds) throws IOException {
    for (Runner runner : runners) {
      runner.enter(server, cell);
    }
    List<Row> rows = new ArrayList<>();
    for (Auth auth : Auth.values()) {
      List<Runner> able =
          runners.stream().filter(runner -> runner.contender().knows(auth)).toList();
      Map<Contender, List<Figures>> figures = rounds(able, auth, rounds);
      figures.forEach((contender, all) -> rows.add(Row.of(contender, cell, auth, all)));
    }
    return rows;
  }

  private Map<Contender, List<Figures>> rounds(List<Runner> able, Auth auth, int rounds)
      throws IOException {
    Map<Contender, Integer> calls = new EnumMap<>(Contender.class);
    Map<Contender, List<Figures>> figures = new EnumMap<>(Contender.class);
    for (Runner runner : able) {
      double perSecond = runner.settle(auth, calls(runner), MOST_SETTLE_NANOS).perSecond();
      calls.put(runner.contender(), Math.max((int) (perSecond * ROUND_SECONDS), calls(runner)));
      figures.put(runner.contender(), new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (Runner runner : able) {
        if (cell.isHeavy()) {
          // After a pause it costs up to three times as much, mostly in fresh pages for files.
          runner.settle(auth, calls(runner));
        }
        figures.get(runner.contender()).add(runner.run(auth, calls.get(runner.contender())));
      }
    }
    return figures;
  }

  private int calls(Runner runner) {
    return cell.calls(runner.contender());
  }
}
