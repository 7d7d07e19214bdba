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

  private static final Cell SMALL = new Cell(Payload.S, 16, 0, 2000);
  private static final Cell MEDIUM = new Cell(Payload.M, 16, 0, 48);

  /** What a call of a picture does once becomes warm more quickly with small ones. */
  private static final Cell THUMBNAILS = new Cell(Payload.T, 16, 0, 500);

  private static final List<List<Cell>> WITHOUT_PICTURES =
      List.of(List.of(SMALL, new Cell(Payload.S, 1, 0, 300), new Cell(Payload.S, 256, 200, 512)));

  /**
   * M first: a heap that was once needed for L is kept, and M would seem to need so much. But of L
   * the most at a time first: in a heap that is still small a call costs more.
   */
  private static final List<List<Cell>> WITH_PICTURES =
      List.of(
          List.of(MEDIUM, new Cell(Payload.M, 1, 0, 20)),
          List.of(new Cell(Payload.L, 16, 0, 16), new Cell(Payload.L, 1, 0, 2)));

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException {
    List<String> names =
        Stream.of(WITHOUT_PICTURES, WITH_PICTURES)
            .flatMap(List::stream)
            .flatMap(List::stream)
            .map(Cell::name)
            .toList();
    if (!names.containsAll(Cell.wanted())) {
      throw new IllegalArgumentException(
          "bench.cells=" + Cell.wanted() + ", but there are " + names);
    }
    // The JIT compiler does not make the same of the same code in each process, and the smallest
    // calls show it.
    Course withoutPictures = new Course(List.of(SMALL), WITHOUT_PICTURES, 2);
    Course withPictures = new Course(List.of(THUMBNAILS, MEDIUM), WITH_PICTURES, 1);
    try (Server server = Server.start(bench.folder())) {
      withoutPictures.run(bench, server);
      withPictures.run(bench, server);
    }
    List<Row> rows =
        Stream.of(withoutPictures, withPictures).flatMap(course -> course.rows().stream()).toList();
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(bench.folder().resolve("result.json").toFile(), rows);
    System.out.print(new CallTable(rows).text());
    new CallPlot(rows).save(bench.folder().resolve("cpu.png"));
    return new CallGoals(rows).findings();
  }
}
