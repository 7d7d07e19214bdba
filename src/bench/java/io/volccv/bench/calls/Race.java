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
 * Measures the contenders of one cell in turns, A B A B. The turns are short: the speed of a
 * machine that others use as well changes within seconds, and those who are compared have to meet
 * the same one.
 */
final class Race {

  /** A turn takes so long at least: shorter ones say little. */
  private static final double TURN_SECONDS = 0.15;

  /** Until so much time is over, there is one more round. */
  private static final long ROUNDS_NANOS = TimeUnit.SECONDS.toNanos(12);

  /** A new number of calls at a time is compiled a little differently. */
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /**
   * After a pause the first moment of large pictures costs more, mostly in fresh pages for files.
   */
  private static final double MOMENT_SECONDS = 1;

  private final Cell cell;
  private final List<Runner> runners;

  /**
   * @param runners those of all cells, warm
   */
  Race(Cell cell, List<Runner> runners) {
    this.cell = cell;
    this.runners = runners;
  }

  /**
   * @param rounds at least
   */
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
    Map<Contender, Turn> turns = new EnumMap<>(Contender.class);
    Map<Contender, List<Figures>> figures = new EnumMap<>(Contender.class);
    for (Runner runner : able) {
      turns.put(runner.contender(), turn(runner, auth));
      figures.put(runner.contender(), new ArrayList<>());
    }
    long start = System.nanoTime();
    for (int round = 0; round < rounds || System.nanoTime() - start < ROUNDS_NANOS; round++) {
      for (Runner runner : able) {
        Turn turn = turns.get(runner.contender());
        if (cell.isHeavy() && turn.seconds() < MOMENT_SECONDS) {
          runner.run(auth, turn.calls(MOMENT_SECONDS));
        }
        figures.get(runner.contender()).add(runner.run(auth, turn.calls()));
      }
    }
    return figures;
  }

  /** How many calls a contender makes in a turn. */
  private record Turn(int calls, double perSecond) {
    double seconds() {
      return calls / perSecond;
    }

    int calls(double seconds) {
      return (int) Math.ceil(perSecond * seconds);
    }
  }

  private Turn turn(Runner runner, Auth auth) throws IOException {
    int fewest = cell.calls(runner.contender());
    double perSecond = runner.runFor(auth, fewest, SETTLE_NANOS).perSecond();
    return new Turn(Math.max((int) (perSecond * TURN_SECONDS), fewest), perSecond);
  }
}
