package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.app.TextTable.Column;
import io.volccv.app.TextTable.Kind;
import io.volccv.model.Money;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How the demo ended, for a person and for a program. */
final class DemoReport {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<Column> COLUMNS =
      List.of(
          new Column("INPUT", Kind.TEXT),
          new Column("PROMPT", Kind.FLEXIBLE),
          new Column("RESULT", Kind.TEXT),
          new Column("SECONDS", Kind.NUMBER),
          new Column("CNY", Kind.NUMBER));

  private final DemoBoard board;
  private final Home home;
  private final Path outbox;
  private final Duration took;

  DemoReport(DemoBoard board, Home home, Path outbox) {
    this.board = board;
    this.home = home;
    this.outbox = outbox;
    this.took = board.elapsed();
  }

  boolean isAllDone() {
    return board.rows().stream().allMatch(DemoBoard.Row::isDone);
  }

  List<String> lines(Terminal terminal) {
    List<String> lines = new ArrayList<>();
    TextTable table = new TextTable(COLUMNS, board.rows().stream().map(this::cells).toList());
    List<String> tableLines = table.lines(terminal.columns() - 2);
    lines.add("  " + Style.BOLD.on(tableLines.get(0), terminal));
    tableLines.stream().skip(1).forEach(line -> lines.add("  " + line));
    lines.add("");
    lines.add("  " + verdict(terminal));
    lines.add("");
    lines.add("  Look at   " + Style.BOLD.on(Home.fromHere(outbox), terminal));
    lines.add("            the pictures; the .json beside each says how it was made");
    lines.add("  Then      in " + Home.fromHere(home.folder()));
    lines.add("            1. set your credentials as config/application.properties says");
    lines.add("            2. bin/volccv run, and drop photos into data/inbox");
    lines.add("");
    return lines;
  }

  private String verdict(Terminal terminal) {
    long done = board.rows().stream().filter(DemoBoard.Row::isDone).count();
    String count = done + " of " + board.rows().size() + " pictures in " + seconds(took) + " s";
    String price = total().map(cny -> ", " + yuan(cny) + " CNY at list price").orElse("");
    return isAllDone()
        ? Style.GREEN.on("✓ " + count, terminal)
            + price
            + "; a sandbox answered, so nothing was paid"
        : Style.RED.on("✗ " + count, terminal);
  }

  /** Empty when no price is known: an unknown price is not 0. */
  private Optional<Money> total() {
    return board.rows().stream()
        .map(DemoBoard.Row::end)
        .filter(end -> end != null)
        .flatMap(end -> end.cost().stream())
        .reduce(Money::plus);
  }

  private List<String> cells(DemoBoard.Row row) {
    return List.of(
        row.name(),
        prompt(row),
        result(row),
        seconds(row.taken(board.now())),
        row.end() == null ? "" : row.end().cost().map(DemoReport::yuan).orElse("-"));
  }

  private static String result(DemoBoard.Row row) {
    if (!row.isDone()) {
      return row.end() == null ? word(row) : word(row) + ": " + row.end().reason();
    }
    List<Path> written = row.end().written();
    String first = written.isEmpty() ? "-" : written.get(0).getFileName().toString();
    return written.size() > 1 ? first + " +" + (written.size() - 1) : first;
  }

  String json() throws IOException {
    ObjectNode report = JSON.createObjectNode();
    report.put("ok", isAllDone());
    report.put("seconds", took.toMillis() / 1000.0);
    report.put("costCny", total().map(Money::cny).orElse(null));
    report.put("outbox", outbox.toString());
    ArrayNode pictures = report.putArray("pictures");
    for (DemoBoard.Row row : board.rows()) {
      ObjectNode picture = pictures.addObject();
      picture.put("input", row.name());
      picture.put("prompt", prompt(row));
      picture.put("outcome", word(row));
      picture.put("seconds", row.taken(board.now()).toMillis() / 1000.0);
      DemoBoard.End end = row.end();
      if (end != null) {
        ArrayNode written = picture.putArray("written");
        end.written().forEach(path -> written.add(path.toString()));
        end.cost().ifPresent(cost -> picture.put("costCny", cost.cny()));
        if (!row.isDone()) {
          picture.put("reason", end.reason());
        }
      }
    }
    return JSON.writeValueAsString(report);
  }

  /** The prompt that was sent, as the result's own record has it. */
  private static String prompt(DemoBoard.Row row) {
    if (row.isDone() && !row.end().written().isEmpty()) {
      Path picture = row.end().written().get(0);
      String recorded = recordedPrompt(picture.resolveSibling(picture.getFileName() + ".json"));
      if (recorded != null) {
        return recorded;
      }
    }
    return row.prompt() == null ? "" : row.prompt();
  }

  private static @Nullable String recordedPrompt(Path file) {
    try {
      JsonNode prompt = JSON.readTree(Files.readAllBytes(file)).path("prompt");
      return prompt.isTextual() ? prompt.textValue() : null;
    } catch (IOException e) {
      return null; // the table is complete without it
    }
  }

  /** {@code done}, {@code failed} and so on; {@code unfinished} without an end. */
  static String word(DemoBoard.Row row) {
    return row.end() == null ? "unfinished" : row.end().outcome().name().toLowerCase(Locale.ROOT);
  }

  /** With two places, or the third when there is one. */
  static String yuan(Money money) {
    BigDecimal cny = money.cny().stripTrailingZeros();
    return cny.setScale(Math.max(2, cny.scale())).toPlainString();
  }

  static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f", duration.toMillis() / 1000.0);
  }
}
