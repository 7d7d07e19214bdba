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

  private static final List<Cell> CELLS =
      List.of(
          SMALL,
          new Cell(Payload.S, 1, 0, 300),
          new Cell(Payload.S, 256, 200, 512),
          MEDIUM,
          new Cell(Payload.M, 1, 0, 20),
          new Cell(Payload.L, 1, 0, 2),
          new Cell(Payload.L, 16, 0, 16));

  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(8);

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
      rows.addAll(rows(server, runners, List.of(SMALL), bench.rounds()));
      rows.addAll(rows(server, runners, List.of(THUMBNAILS, MEDIUM), bench.rounds()));
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
   * All cells with pictures, or all without: as those of {@code warmUp} are, which is the same
   * code.
   */
  private static List<Row> rows(Server server, List<Runner> runners, List<Cell> warmUp, int rounds)
      throws IOException {
    List<Cell> cells =
        CELLS.stream()
            .filter(Cell::isWanted)
            .filter(cell -> cell.payload().hasInput() == warmUp.get(0).payload().hasInput())
            .toList();
    if (cells.isEmpty()) {
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
    for (Cell cell : cells) {
      rows.addAll(new Race(cell, runners).run(server, rounds));
    }
    return rows;
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
