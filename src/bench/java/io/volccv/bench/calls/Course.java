package io.volccv.bench.calls;

import io.volccv.bench.Bench;
import io.volccv.bench.Server;
import io.volccv.bench.WorkFolder;
import io.volccv.bench.client.Auth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Cells that the same processes are measured in. */
final class Course {

  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(4);

  private final List<Cell> warmUp;
  private final int generations;
  private final List<List<Race>> circles;

  /**
   * @param warmUp the same code as that of {@code circles}
   * @param circles cells of a circle are gone round again and again, so that each meets the machine
   *     at several moments
   * @param generations how many processes each contender has, one after the other
   */
  Course(List<Cell> warmUp, List<List<Cell>> circles, int generations) {
    this.warmUp = warmUp;
    this.generations = generations;
    this.circles =
        circles.stream()
            .map(cells -> cells.stream().filter(Cell::isWanted).map(Race::new).toList())
            .filter(races -> !races.isEmpty())
            .toList();
  }

  /** Measures all contenders in all cells that are wanted. */
  void run(Bench bench, Server server) throws IOException {
    if (circles.isEmpty()) {
      return;
    }
    for (int generation = 0; generation < generations; generation++) {
      try (WorkFolder folder = WorkFolder.create(bench, "calls")) {
        List<Runner> runners = new ArrayList<>();
        try {
          for (Contender contender : Contender.values()) {
            runners.add(Runner.start(bench, contender, folder.path()));
          }
          measure(server, runners, (bench.rounds() + generations - 1) / generations);
        } finally {
          runners.forEach(Runner::close);
        }
      }
    }
  }

  private void measure(Server server, List<Runner> runners, int fewestLaps) throws IOException {
    server.keepOn(Processors.ALL);
    warmUp(server, runners);
    server.keepOn(Processors.SERVER);
    for (Runner runner : runners) {
      runner.keepOn(Processors.CLIENTS);
    }
    for (List<Race> races : circles) {
      laps(server, runners, races, fewestLaps);
    }
  }

  /** What came out in all generations. */
  List<Row> rows() {
    return circles.stream().flatMap(List::stream).flatMap(race -> race.rows().stream()).toList();
  }

  private void warmUp(Server server, List<Runner> runners) throws IOException {
    for (Cell cell : warmUp) {
      for (Runner runner : runners) {
        runner.enter(server, cell);
        for (Auth auth : runner.contender().auths()) {
          runner.warmUp(auth, cell.calls(runner.contender()), WARM_UP_NANOS);
        }
      }
    }
  }

  /**
   * Lap after lap, until the generation's part of the time is over. One more comes first that does
   * not count.
   *
   * @param fewest laps that count
   */
  private void laps(Server server, List<Runner> runners, List<Race> races, int fewest)
      throws IOException {
    for (Race race : races) {
      race.prepare(server, runners);
    }
    long nanos = races.stream().mapToLong(Race::nanos).sum() / generations;
    long start = System.nanoTime();
    for (int lap = 0; lap < fewest || System.nanoTime() - start < nanos; lap++) {
      for (Race race : races) {
        race.visit(server, runners);
      }
    }
  }
}
