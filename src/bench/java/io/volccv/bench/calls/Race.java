package io.volccv.bench.calls;

import io.volccv.bench.Server;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the contenders of one cell in turns, A B A B. The turns are short: the speed of a
 * machine that others use as well changes within seconds, and those who are compared have to meet
 * the same one. It also changes within minutes, and not for all contenders alike: so the rounds of
 * a cell are not made at once, but in several visits.
 */
final class Race {

  /** A turn takes so long at least: shorter ones say little. */
  private static final double TURN_SECONDS = 0.15;

  /** Until so much time of a visit is over for some credentials, there is one more round. */
  private static final long VISIT_NANOS = TimeUnit.MILLISECONDS.toNanos(1800);

  /** A new number of calls at a time is compiled a little differently. */
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Until its heap has grown, a process takes twice as long for large pictures, or more. */
  private static final int HEAVY_RUNS = 4;

  /**
   * After a pause the first moment of large pictures costs more, mostly in fresh pages for files.
   */
  private static final double MOMENT_SECONDS = 0.5;

  /** In a turn of this length such a moment does not count for much. */
  private static final double LONG_SECONDS = 1;

  private final Cell cell;
  private final Map<Auth, Map<Runner, Turn>> turns = new EnumMap<>(Auth.class);
  private final Map<Auth, Map<Contender, List<Figures>>> figures = new EnumMap<>(Auth.class);

  Race(Cell cell) {
    this.cell = cell;
  }

  /** How long it is to be measured in all. */
  long nanos() {
    return cell.nanos();
  }

  /**
   * A few rounds more.
   *
   * @param runners warm
   */
  void visit(Server server, List<Runner> runners) throws IOException {
    for (Runner runner : runners) {
      runner.enter(server, cell);
    }
    for (Auth auth : Auth.values()) {
      List<Runner> able =
          runners.stream().filter(runner -> runner.contender().knows(auth)).toList();
      settle(able, auth);
      long start = System.nanoTime();
      do {
        round(able, auth);
      } while (System.nanoTime() - start < VISIT_NANOS);
    }
  }

  /** Calls that do not count, after a pause, but for what they say: how many make a turn. */
  private void settle(List<Runner> able, Auth auth) throws IOException {
    int runs = cell.isHeavy() ? HEAVY_RUNS : 1;
    Map<Runner, Turn> known = turns.computeIfAbsent(auth, first -> new HashMap<>());
    for (Runner runner : able) {
      int fewest = cell.calls(runner.contender());
      Turn before = known.get(runner);
      if (before == null) {
        known.put(runner, Turn.of(runner.runFor(auth, fewest, runs, SETTLE_NANOS), fewest));
      } else if (!needsMoment(before)) {
        known.put(runner, Turn.of(runner.run(auth, before.calls()), fewest));
      }
    }
  }

  private void round(List<Runner> able, Auth auth) throws IOException {
    for (Runner runner : able) {
      Turn turn = turns.get(auth).get(runner);
      if (needsMoment(turn)) {
        runner.run(auth, turn.calls(MOMENT_SECONDS));
      }
      figures
          .computeIfAbsent(auth, first -> new EnumMap<>(Contender.class))
          .computeIfAbsent(runner.contender(), first -> new ArrayList<>())
          .add(runner.run(auth, turn.calls()));
    }
  }

  private boolean needsMoment(Turn turn) {
    return cell.isHeavy() && turn.seconds() < LONG_SECONDS;
  }

  /** What came out of all visits. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    figures.forEach(
        (auth, contenders) ->
            contenders.forEach((contender, all) -> rows.add(Row.of(contender, cell, auth, all))));
    return rows;
  }

  /** How many calls a process makes in a turn. */
  private record Turn(int calls, double perSecond) {
    static Turn of(Figures settled, int fewest) {
      int calls = (int) (settled.perSecond() * TURN_SECONDS);
      return new Turn(Math.max(calls, fewest), settled.perSecond());
    }

    double seconds() {
      return calls / perSecond;
    }

    int calls(double seconds) {
      return (int) Math.ceil(perSecond * seconds);
    }
  }
}
