package io.volccv.bench.calls;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import io.volccv.bench.client.Auth;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** What a call costs, side by side with the limit and with the alternatives. */
public final class CallsPart implements Part {

  private static final Cell SMALL = new Cell(Payload.S, 16, 0, 2000);
  private static final Cell MEDIUM = new Cell(Payload.M, 16, 0, 48);

  /** What a call of a picture does once becomes warm more quickly with small ones. */
  private static final Cell THUMBNAILS = new Cell(Payload.T, 16, 0, 500);

  private static final List<List<Cell>> WITHOUT_PICTURES =
      List.of(List.of(SMALL, new Cell(Payload.S, 1, 0, 300), new Cell(Payload.S, 256, 200, 512)));

  /**
   * Those of one list are gone round again and again. A heap shrinks between large cells when small
   * ones come in between, and has to grow again, which a program of one kind of calls has not got.
   */
  private static final List<List<Cell>> WITH_PICTURES =
      List.of(
          List.of(MEDIUM, new Cell(Payload.M, 1, 0, 20)),
          List.of(new Cell(Payload.L, 1, 0, 2)),
          List.of(new Cell(Payload.L, 16, 0, 16)));

  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(6);

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException {
    List<Row> rows = new ArrayList<>();
    List<Runner> runners = new ArrayList<>();
    Path folder = Files.createDirectories(bench.folder().resolve("work"));
    try (Server server = Server.start(bench.folder())) {
      for (Contender contender : Contender.values()) {
        runners.add(Runner.start(bench, contender, folder));
      }
      rows.addAll(rows(server, runners, List.of(SMALL), WITHOUT_PICTURES, bench.rounds()));
      List<Cell> warmUp = List.of(THUMBNAILS, MEDIUM);
      rows.addAll(rows(server, runners, warmUp, WITH_PICTURES, bench.rounds()));
    } finally {
      runners.forEach(Runner::close);
      delete(folder);
    }
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(bench.folder().resolve("result.json").toFile(), rows);
    System.out.print(new CallTable(rows).text());
    new CallPlot(rows).save(bench.folder().resolve("cpu.png"));
    return new CallGoals(rows).findings();
  }

  /**
   * @param warmUp the same code as that of {@code cells}: with pictures, or without
   * @param laps at least
   */
  private static List<Row> rows(
      Server server, List<Runner> runners, List<Cell> warmUp, List<List<Cell>> cells, int laps)
      throws IOException {
    if (cells.stream().flatMap(List::stream).noneMatch(Cell::isWanted)) {
      return List.of();
    }
    keep(server, runners, Processors.ALL, Processors.ALL);
    for (Cell cell : warmUp) {
      for (Runner runner : runners) {
        runner.enter(server, cell);
        for (Auth auth : runner.contender().auths()) {
          runner.warmUp(auth, cell.calls(runner.contender()), WARM_UP_NANOS);
        }
      }
    }
    keep(server, runners, Processors.SERVER, Processors.CLIENTS);
    List<Row> rows = new ArrayList<>();
    for (List<Cell> group : cells) {
      List<Race> races =
          group.stream().filter(Cell::isWanted).map(cell -> new Race(cell, runners)).toList();
      laps(server, races, laps);
      races.forEach(race -> rows.addAll(race.rows()));
    }
    return rows;
  }

  /**
   * Lap after lap of all of them, until their time is over.
   *
   * @param fewest laps
   */
  private static void laps(Server server, List<Race> races, int fewest) throws IOException {
    long nanos = races.stream().mapToLong(Race::nanos).sum();
    long start = System.nanoTime();
    for (int lap = 0; lap < fewest || System.nanoTime() - start < nanos; lap++) {
      for (Race race : races) {
        race.visit(server);
      }
    }
  }

  private static void keep(Server server, List<Runner> runners, String servers, String clients)
      throws IOException {
    server.keepOn(servers);
    for (Runner runner : runners) {
      runner.keepOn(clients);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
