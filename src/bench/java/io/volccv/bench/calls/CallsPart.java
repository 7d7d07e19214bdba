package io.volccv.bench.calls;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

/** What a call costs, side by side with the limit and with the alternatives. */
public final class CallsPart implements Part {

  private static final Cell SMALL = new Cell(Payload.S, 16, 0, 2000, 12, 30);
  private static final Cell SINGLE = new Cell(Payload.S, 1, 0, 300, 12, 30);
  private static final Cell MEDIUM = new Cell(Payload.M, 16, 0, 32, 16, 55);

  private static final List<Cell> WITHOUT_PICTURES =
      List.of(SMALL, SINGLE, new Cell(Payload.S, 256, 200, 512, 8, 60));

  private static final List<Cell> WITH_PICTURES =
      List.of(MEDIUM, new Cell(Payload.M, 1, 0, 10, 16, 55));

  /** The most at a time first: in a heap that is still small a call costs more. */
  private static final List<Cell> WITH_LARGE_PICTURES =
      List.of(new Cell(Payload.L, 16, 0, 16, 4, 50), new Cell(Payload.L, 1, 0, 2, 4, 50));

  /** What a call of a picture does once becomes warm more quickly with small ones. */
  private static final Cell THUMBNAILS = new Cell(Payload.T, 16, 0, 500, 0, 0);

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException {
    requireNames();
    List<Race> small = races(WITHOUT_PICTURES);
    List<Race> medium = races(WITH_PICTURES);
    List<Race> large = races(WITH_LARGE_PICTURES);
    try (Server server = Server.start(bench.folder())) {
      new Course(List.of(SMALL, SINGLE), 4, List.of(small)).run(bench, server);
      // M first: a heap that was once needed for L is kept, and M would seem to need so much.
      new Course(List.of(THUMBNAILS, MEDIUM), 6, List.of(medium, large)).run(bench, server);
    }
    List<Race> all = Stream.of(small, medium, large).flatMap(List::stream).toList();
    List<Row> rows = all.stream().flatMap(race -> race.rows().stream()).toList();
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(bench.folder().resolve("result.json").toFile(), rows);
    System.out.print(new CallTable(rows).text());
    System.out.println("~: a ratio that is not known to within 10 %");
    System.out.printf(
        "%d of %d rounds were quiet: nobody else slowed the processor down%n",
        all.stream().mapToInt(Race::quiet).sum(), all.stream().mapToInt(Race::made).sum());
    new CallPlot(rows).save(bench.folder().resolve("cpu.png"));
    return new CallGoals(rows).findings();
  }

  private static List<Race> races(List<Cell> cells) {
    return cells.stream().filter(Cell::isWanted).map(Race::new).toList();
  }

  private static void requireNames() {
    List<String> names =
        Stream.of(WITHOUT_PICTURES, WITH_PICTURES, WITH_LARGE_PICTURES)
            .flatMap(List::stream)
            .map(Cell::name)
            .toList();
    if (!names.containsAll(Cell.wanted())) {
      throw new IllegalArgumentException(
          "bench.cells=" + Cell.wanted() + ", but there are " + names);
    }
  }
}
