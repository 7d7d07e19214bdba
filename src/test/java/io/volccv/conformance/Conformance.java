package io.volccv.conformance;

import io.volccv.conformance.Comparison.Difference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** All checks, and a service put beside the sandbox. */
final class Conformance {
  private Conformance() {}

  static List<Check> checks(Endpoint endpoint) {
    return Stream.of(DoorChecks.all(), RequestChecks.all(), PictureChecks.all(), TaskChecks.all())
        .flatMap(List::stream)
        .filter(check -> check.applies().test(endpoint))
        .toList();
  }

  /**
   * What the service answers otherwise than the sandbox. An answer that does not come is a
   * difference, too.
   *
   * @param before runs before each call of the service
   */
  static List<Difference> compare(
      List<Check> checks, Endpoint sandbox, Endpoint service, Runnable before)
      throws IOException, InterruptedException {
    List<Difference> differences = new ArrayList<>();
    for (Check check : checks) {
      Answer expected = check.question().put(sandbox);
      before.run();
      try {
        Answer answer = check.question().put(service);
        differences.addAll(Comparison.of(check.name(), expected, answer));
      } catch (IOException e) {
        differences.add(
            new Difference(check.name(), "answer", "HTTP " + expected.status(), e.toString()));
      }
    }
    return differences;
  }

  /** A table with a column for each part of a difference. */
  static String table(List<Difference> differences) {
    List<Function<Difference, String>> columns =
        List.of(Difference::check, Difference::where, Difference::sandbox, Difference::service);
    List<Difference> rows = new ArrayList<>(differences);
    rows.add(0, new Difference("CHECK", "WHERE", "SANDBOX", "SERVICE"));
    StringBuilder table = new StringBuilder();
    for (Difference row : rows) {
      StringBuilder line = new StringBuilder();
      for (Function<Difference, String> column : columns) {
        int width = rows.stream().mapToInt(r -> column.apply(r).length()).max().orElse(0);
        String cell = column.apply(row);
        line.append(cell).append(" ".repeat(width - cell.length() + 2));
      }
      table.append(line.toString().stripTrailing()).append('\n');
    }
    return table.toString();
  }
}
