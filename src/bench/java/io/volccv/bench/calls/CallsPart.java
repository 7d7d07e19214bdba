package io.volccv.bench.calls;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** What a call costs, side by side with the limit and with the alternatives. */
public final class CallsPart implements Part {

  private static final Set<Contender> ALL = EnumSet.allOf(Contender.class);
  private static final Set<Contender> OURS =
      EnumSet.of(Contender.RAW, Contender.VOLCCV, Contender.VOLCCV_SQLITE);

  private static final List<Cell> CELLS =
      List.of(
          new Cell(Payload.S, 1, 0, ALL, 4000),
          new Cell(Payload.S, 16, 0, ALL, 10_000),
          new Cell(Payload.M, 1, 0, ALL, 150),
          new Cell(Payload.M, 16, 0, ALL, 160),
          new Cell(Payload.L, 1, 0, ALL, 8),
          new Cell(Payload.L, 16, 0, ALL, 16),
          new Cell(Payload.S, 16, 200, OURS, 80),
          new Cell(Payload.S, 256, 200, ALL, 1024),
          new Cell(Payload.M, 256, 200, OURS, 256));

  @Override
  public String name() {
    return "calls";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (Server server = Server.start(bench.folder())) {
      for (Cell cell : CELLS) {
        if (cell.isWanted()) {
          rows.addAll(new Race(bench, server, cell).run());
        }
      }
    }
    new ObjectMapper()
        .writerWithDefaultPrettyPrinter()
        .writeValue(bench.folder().resolve("result.json").toFile(), rows);
    System.out.print(new CallTable(rows).text());
    new CallPlot(rows).save(bench.folder().resolve("cpu.png"));
    return new CallGoals(rows).findings();
  }
}
