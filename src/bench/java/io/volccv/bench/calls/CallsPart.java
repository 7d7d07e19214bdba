package io.volccv.bench.calls;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What a call costs, side by side with the limit and with the alternatives. */
public final class CallsPart implements Part {

  private static final Cell SMALL = new Cell(Payload.S, 16, 0, 2000);
  private static final Cell SINGLE = new Cell(Payload.S, 1, 0, 300);
  private static final Cell MEDIUM = new Cell(Payload.M, 16, 0, 32);

  /** What a call of a picture does once becomes warm more quickly with small ones. */
  private static final Cell THUMBNAILS = new Cell(Payload.T, 16, 0, 500);

  /** Empty for all. */
  private static final Set<String> WANTED =
      Stream.of(System.getProperty("bench.cells", "").split(","))
          .filter(name -> !name.isEmpty())
          .collect(toUnmodifiableSet());

  private final List<Race> withoutPictures =
      List.of(new Race(SMALL, 12, 30), new Race(SINGLE, 12, 30));

  private final List<Race> manyAtATime =
      List.of(new Race(new Cell(Payload.S, 256, 200, 512), 8, 60));

  private final List<Race> withPictures =
      List.of(new Race(MEDIUM, 16, 55), new Race(new Cell(Payload.M, 1, 0, 10), 16, 55));

  /** The most at a time first: a call costs more in memory that is used for the first time. */
  private final List<Race> withLargePictures =
      List.of(
          new Race(new Cell(Payload.L, 16, 0, 16), 4, 50),
          new Race(new Cell(Payload.L, 1, 0, 2), 4, 50));

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException {
    requireNames();
    try (Server server = Server.start(bench.folder())) {
      // What needs the least memory first: what was needed once is kept, and what is measured next
      // in the same processes would seem to need so much.
      new Course(List.of(SMALL, SINGLE), 4, List.of(wanted(withoutPictures), wanted(manyAtATime)))
          .run(bench, server);
      new Course(
              List.of(THUMBNAILS, MEDIUM),
              6,
              List.of(wanted(withPictures), wanted(withLargePictures)))
          .run(bench, server);
    }
    List<Race> measured = wanted(races());
    List<Row> rows = measured.stream().flatMap(race -> race.rows().stream()).toList();
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(bench.folder().resolve("result.json").toFile(), rows);
    System.out.print(new CallTable(rows).text());
    System.out.println("~: a ratio that is not known to within " + Ratio.MOST_PERCENT + " %");
    System.out.printf(
        "%d of %d rounds were quiet: nobody else slowed the processor down%n",
        measured.stream().mapToInt(Race::quiet).sum(),
        measured.stream().mapToInt(Race::made).sum());
    new CallPlot(rows).save(bench.folder().resolve("cpu.png"));
    return new CallGoals(rows).findings();
  }

  private List<Race> races() {
    return Stream.of(withoutPictures, manyAtATime, withPictures, withLargePictures)
        .flatMap(List::stream)
        .toList();
  }

  private static List<Race> wanted(List<Race> races) {
    return races.stream().filter(race -> WANTED.isEmpty() || WANTED.contains(race.name())).toList();
  }

  private void requireNames() {
    List<String> names = races().stream().map(Race::name).toList();
    if (!names.containsAll(WANTED)) {
      throw new IllegalArgumentException("bench.cells=" + WANTED + ", but there are " + names);
    }
  }
}
