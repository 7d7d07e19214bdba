package io.volccv.bench.calls;

import io.volccv.bench.Bench;
import io.volccv.bench.Server;
import io.volccv.bench.WorkFolder;
import io.volccv.bench.client.Auth;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the same processes are measured in. */
final class Course {

  private final List<Cell> warmUp;
  private final int warmUpSeconds;
  private final List<List<Race>> circles;

  /**
   * @param warmUp the same code as that of {@code circles}
   * @param warmUpSeconds how long each of them is for at most, with each kind of credentials
   * @param circles those of a circle are gone round again and again, so that each meets the machine
   *     at several moments
   */
  Course(List<Cell> warmUp, int warmUpSeconds, List<List<Race>> circles) {
    this.warmUp = warmUp;
    this.warmUpSeconds = warmUpSeconds;
    this.circles = circles.stream().filter(races -> !races.isEmpty()).toList();
  }

  /** Measures all contenders in all of its cells. */
  void run(Bench bench, Server server) throws IOException {
    if (circles.isEmpty()) {
      return;
    }
    try (WorkFolder folder = WorkFolder.create(bench, "calls")) {
      List<Runner> runners = new ArrayList<>();
      try {
        for (Contender contender : Contender.values()) {
          runners.add(Runner.start(bench, contender, folder.path()));
        }
        measure(server, runners);
      } finally {
        runners.forEach(Runner::close);
      }
    }
  }

  private void measure(Server server, List<Runner> runners) throws IOException {
    server.keepOn(Processors.ALL);
    warmUp(server, runners);
    server.keepOn(Processors.SERVER);
    for (Runner runner : runners) {
      runner.keepOn(Processors.CLIENTS);
    }
    for (List<Race> races : circles) {
      laps(server, runners, races);
    }
  }

  private void warmUp(Server server, List<Runner> runners) throws IOException {
    long most = TimeUnit.SECONDS.toNanos(warmUpSeconds);
    for (Cell cell : warmUp) {
      for (Runner runner : runners) {
        runner.enter(server, cell);
        for (Auth auth : runner.contender().auths()) {
          runner.warmUp(auth, cell.calls(runner.contender()), most);
        }
      }
    }
  }

  /**
   * Lap after lap, until there are enough quiet rounds or the time is over. One more comes first
   * that does not count.
   */
  private static void laps(Server server, List<Runner> runners, List<Race> races)
      throws IOException {
    for (Race race : races) {
      race.prepare(server, runners);
    }
    long nanos = TimeUnit.SECONDS.toNanos(races.stream().mapToInt(Race::mostSeconds).sum());
    long start = System.nanoTime();
    List<Race> left = races;
    do {
      for (Race race : left) {
        race.visit(server, runners);
      }
      left = left.stream().filter(race -> !race.isDone()).toList();
    } while (!left.isEmpty() && System.nanoTime() - start < nanos);
  }
}
