package io.volccv.bench.calls;

import io.volccv.bench.Server;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures the contenders of one cell in turns, A B, B A. The turns are short: the speed of a
 * machine that others use as well changes within seconds, and those who are compared have to meet
 * the same one. It also changes within minutes, and not for all contenders alike: so the rounds of
 * a cell are not made at once, but in several visits.
 */
final class Race {

  /** A turn takes so long at least: shorter ones say little. */
  private static final double TURN_SECONDS = 0.15;

  /** Until so much time of a visit is over for some credentials, there is one more round. */
  private static final long VISIT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /**
   * After a pause the first moment of large pictures costs more, mostly in fresh pages for files.
   */
  private static final double MOMENT_SECONDS = 0.5;

  /** See {@link Figures#slowness}: in a round that counts nobody's is more than this. */
  private static final double QUIET = 1.1;

  /** Of a cell with fewer quiet rounds than this the quietest count. */
  private static final int FEWEST_ROUNDS = 3;

  private final Cell cell;
  private final int enoughRounds;
  private final int mostSeconds;

  /** Calls a second, as they were seen last. */
  private final Map<Auth, Map<Runner, Double>> speeds = new EnumMap<>(Auth.class);

  private final Map<Auth, List<Map<Contender, Figures>>> rounds = noRounds();

  /**
   * @param enoughRounds quiet ones with each kind of credentials, after which it is done
   * @param mostSeconds how long they are tried for
   */
  Race(Cell cell, int enoughRounds, int mostSeconds) {
    this.cell = cell;
    this.enoughRounds = enoughRounds;
    this.mostSeconds = mostSeconds;
    for (Auth auth : Auth.values()) {
      speeds.put(auth, new HashMap<>());
    }
  }

  private static Map<Auth, List<Map<Contender, Figures>>> noRounds() {
    Map<Auth, List<Map<Contender, Figures>>> rounds = new EnumMap<>(Auth.class);
    for (Auth auth : Auth.values()) {
      rounds.put(auth, new ArrayList<>());
    }
    return rounds;
  }

  /** Its cell's. */
  String name() {
    return cell.name();
  }

  /** How long it may be measured. */
  int mostSeconds() {
    return mostSeconds;
  }

  /** The first visit, which does not count: code is compiled for the cell. */
  void prepare(Server server, List<Runner> runners) throws IOException {
    visit(server, runners, noRounds());
  }

  /** Whether it needs no more visits. */
  boolean isDone() {
    return fewestQuiet() >= enoughRounds;
  }

  /** Quiet rounds of the credentials that have the fewest. */
  private int fewestQuiet() {
    return rounds.values().stream().mapToInt(all -> quiet(all)).min().orElseThrow();
  }

  private static int quiet(List<Map<Contender, Figures>> rounds) {
    return (int) rounds.stream().filter(round -> slowness(round) <= QUIET).count();
  }

  private static double slowness(Map<Contender, Figures> round) {
    return round.values().stream().mapToDouble(Figures::slowness).max().orElseThrow();
  }

  /**
   * A few rounds more.
   *
   * @param runners prepared
   */
  void visit(Server server, List<Runner> runners) throws IOException {
    visit(server, runners, rounds);
  }

  private void visit(
      Server server, List<Runner> runners, Map<Auth, List<Map<Contender, Figures>>> rounds)
      throws IOException {
    for (Runner runner : runners) {
      runner.enter(server, cell);
    }
    for (Auth auth : Auth.values()) {
      List<Runner> able =
          runners.stream().filter(runner -> runner.contender().knows(auth)).toList();
      for (Runner runner : able) {
        settle(runner, auth);
      }
      long start = System.nanoTime();
      do {
        rounds.get(auth).add(round(able, auth, rounds.get(auth).size()));
      } while (System.nanoTime() - start < VISIT_NANOS);
    }
  }

  /** A few calls that do not count, and say at first how many make a turn. */
  private void settle(Runner runner, Auth auth) throws IOException {
    if (!speeds.get(auth).containsKey(runner)) {
      learn(runner, auth, runner.run(auth, cell.calls(runner.contender())));
    } else if (!cell.isHeavy()) {
      runner.run(auth, cell.concurrency());
    }
  }

  /** Forwards and backwards by turns: so each meets what different ones left behind. */
  private Map<Contender, Figures> round(List<Runner> able, Auth auth, int number)
      throws IOException {
    List<Runner> order = new ArrayList<>(able);
    if (number % 2 == 1) {
      Collections.reverse(order);
    }
    Map<Contender, Figures> round = new EnumMap<>(Contender.class);
    for (Runner runner : order) {
      if (cell.isHeavy()) {
        runner.run(auth, calls(runner, auth, MOMENT_SECONDS));
      }
      Figures figures = runner.run(auth, turn(runner, auth));
      learn(runner, auth, figures);
      round.put(runner.contender(), figures);
    }
    return round;
  }

  private void learn(Runner runner, Auth auth, Figures figures) {
    speeds.get(auth).put(runner, figures.perSecond());
  }

  /** How many calls a process makes in a turn. */
  private int turn(Runner runner, Auth auth) {
    return Math.max(cell.calls(runner.contender()), calls(runner, auth, TURN_SECONDS));
  }

  private int calls(Runner runner, Auth auth, double seconds) {
    return (int) Math.ceil(speeds.get(auth).get(runner) * seconds);
  }

  /** What came out of all visits. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rounds.forEach(
        (auth, all) -> {
          List<Map<Contender, Figures>> quiet = quietest(all);
          for (Contender contender : quiet.get(0).keySet()) {
            List<Figures> own = quiet.stream().map(round -> round.get(contender)).toList();
            rows.add(Row.of(contender, cell, auth, own));
          }
        });
    return rows;
  }

  /** How many rounds there were. */
  int made() {
    return rounds.values().stream().mapToInt(List::size).sum();
  }

  /** In how many of them nobody else slowed the processor down. */
  int quiet() {
    return rounds.values().stream().mapToInt(Race::quiet).sum();
  }

  private static List<Map<Contender, Figures>> quietest(List<Map<Contender, Figures>> rounds) {
    double most =
        rounds.stream()
            .mapToDouble(Race::slowness)
            .sorted()
            .limit(FEWEST_ROUNDS)
            .max()
            .orElseThrow();
    return rounds.stream().filter(round -> slowness(round) <= Math.max(QUIET, most)).toList();
  }
}
