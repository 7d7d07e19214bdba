package io.volccv.bench.calls;

import io.volccv.bench.client.Figures;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The rows as text, each figure of a row with its ratio to the limit's. */
final class CallTable {

  private static final String LINE = "%-15s %-1s %-6s %4s %4s %16s %17s %19s %15s %13s %16s %16s%n";

  private final List<Row> rows;

  CallTable(List<Row> rows) {
    this.rows = rows;
  }

  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        LINE.formatted(
            "client",
            "",
            "auth",
            "at",
            "lat.",
            "CPU ms",
            "calls/s",
            "alloc KB",
            "RSS MB",
            "threads",
            "p50 ms",
            "p99 ms"));
    Row before = null;
    for (Row row : rows) {
      if (before != null && !before.isSameCell(row)) {
        text.append(System.lineSeparator());
      }
      text.append(line(row));
      before = row;
    }
    return text.toString();
  }

  private String line(Row row) {
    Optional<Row> limit =
        rows.stream()
            .filter(other -> other.contender() == Contender.RAW && other.isSameCell(row))
            .findFirst();
    return LINE.formatted(
        row.client(),
        row.payload(),
        row.auth().name().toLowerCase(Locale.ROOT),
        row.concurrency(),
        row.latencyMs(),
        figure(row.cpuMs(), limit.map(other -> row.ratio(Figures::cpuMs, other))),
        figure(row.perSecond(), limit.map(other -> row.ratio(Figures::perSecond, other))),
        figure(row.allocKb(), limit.map(other -> row.ratio(Figures::allocBytes, other))),
        figure(row.rssMb(), limit.map(other -> row.ratio(Figures::rssMb, other))),
        row.threads() + ratio(limit.map(other -> row.ratio(Figures::threads, other))),
        figure(row.p50Ms(), limit.map(other -> row.ratio(Figures::p50Ms, other))),
        figure(row.p99Ms(), limit.map(other -> row.ratio(Figures::p99Ms, other))));
  }

  private static String figure(double value, Optional<Ratio> ratio) {
    String digits = value < 1 ? "%.3f" : value < 100 ? "%.1f" : "%.0f";
    String text = String.format(Locale.ROOT, digits, value);
    return text + ratio(ratio);
  }

  private static String ratio(Optional<Ratio> ratio) {
    return ratio.map(one -> " (" + one.text("%.2f") + "x)").orElse("");
  }
}
