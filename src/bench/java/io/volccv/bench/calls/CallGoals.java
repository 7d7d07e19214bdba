package io.volccv.bench.calls;

import io.volccv.bench.Finding;
import io.volccv.bench.Payload;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** Holds the table of calls against the goals. */
final class CallGoals {

  private static final double MEGABYTES_BETWEEN_M_AND_L = 28;

  private final List<Row> rows;
  private final List<Finding> findings = new ArrayList<>();

  CallGoals(List<Row> rows) {
    this.rows = rows;
  }

  /** One for each goal that has all its rows. */
  List<Finding> findings() {
    for (Auth auth : Auth.values()) {
      for (Payload payload : List.of(Payload.M, Payload.L)) {
        for (int concurrency : List.of(1, 16)) {
          limit(payload, auth, concurrency);
        }
      }
    }
    for (int concurrency : List.of(1, 16)) {
      row(Contender.VOLCCV, Payload.S, Auth.BEARER, concurrency)
          .ifPresent(
              row -> figureAtMost("CPU per S call, " + concurrency, row.cpuMs(), 0.08, "ms"));
    }
    vendorSdk();
    camelHttp();
    allocation();
    return findings;
  }

  private void limit(Payload payload, Auth auth, int concurrency) {
    double most = auth == Auth.BEARER ? 1.2 : 1.4;
    ratio("CPU", Figures::cpuMs, Contender.RAW, payload, auth, concurrency)
        .ifPresent(one -> ratioAtMost(one, most));
  }

  private void vendorSdk() {
    for (int concurrency : List.of(1, 16)) {
      for (Payload payload : List.of(Payload.S, Payload.M, Payload.L)) {
        double most = payload == Payload.S ? 0.5 : 0.3;
        ratio("CPU", Figures::cpuMs, Contender.VENDOR_SDK, payload, Auth.SIGNED, concurrency)
            .ifPresent(one -> ratioAtMost(one, most));
      }
    }
    for (Payload payload : List.of(Payload.S, Payload.M, Payload.L)) {
      double least = payload == Payload.S ? 3 : payload == Payload.M ? 4 : 6;
      ratio("throughput", Figures::perSecond, Contender.VENDOR_SDK, payload, Auth.SIGNED, 16)
          .ifPresent(one -> ratioAtLeast(one, least));
    }
    for (Payload payload : List.of(Payload.M, Payload.L)) {
      double most = payload == Payload.M ? 1 / 100.0 : 1 / 500.0;
      ratio("allocation", Figures::allocBytes, Contender.VENDOR_SDK, payload, Auth.SIGNED, 16)
          .ifPresent(one -> ratioAtMost(one, most));
    }
  }

  private void camelHttp() {
    camelHttp(Payload.S, 16, 0.25);
    camelHttp(Payload.M, 1, 0.35);
    camelHttp(Payload.M, 16, 0.35);
    camelHttp(Payload.L, 1, 0.4);
    camelHttp(Payload.L, 16, 0.12);
  }

  private void camelHttp(Payload payload, int concurrency, double most) {
    ratio("CPU", Figures::cpuMs, Contender.CAMEL_HTTP, payload, Auth.BEARER, concurrency)
        .ifPresent(one -> ratioAtMost(one, most));
  }

  private void allocation() {
    for (Payload payload : List.of(Payload.S, Payload.M, Payload.L)) {
      double most = payload == Payload.S ? 64 : payload == Payload.M ? 160 : 320;
      row(Contender.VOLCCV, payload, Auth.BEARER, 16)
          .ifPresent(
              row ->
                  figureAtMost("allocation per " + payload + " call", row.allocKb(), most, "KB"));
    }
    Optional<Row> m = row(Contender.VOLCCV, Payload.M, Auth.BEARER, 16);
    Optional<Row> l = row(Contender.VOLCCV, Payload.L, Auth.BEARER, 16);
    if (m.isPresent() && l.isPresent()) {
      double perMegabyte = (l.get().allocKb() - m.get().allocKb()) / MEGABYTES_BETWEEN_M_AND_L;
      figureAtMost("allocation per further MB", perMegabyte, 10, "KB");
    }
  }

  /** Ours against another's. */
  private record Comparison(String what, Ratio ratio) {}

  private Optional<Comparison> ratio(
      String what,
      ToDoubleFunction<Figures> figure,
      Contender other,
      Payload payload,
      Auth auth,
      int concurrency) {
    Optional<Row> ours = row(Contender.VOLCCV, payload, auth, concurrency);
    Optional<Row> theirs = row(other, payload, auth, concurrency);
    if (ours.isEmpty() || theirs.isEmpty()) {
      return Optional.empty();
    }
    String name =
        "%s against %s, %s, %d at a time, %s"
            .formatted(
                what, other.label(), payload, concurrency, auth.name().toLowerCase(Locale.ROOT));
    return Optional.of(new Comparison(name, ours.get().ratio(figure, theirs.get())));
  }

  private Optional<Row> row(Contender contender, Payload payload, Auth auth, int concurrency) {
    return rows.stream()
        .filter(row -> row.contender() == contender && row.payload() == payload)
        .filter(row -> row.auth() == auth && row.concurrency() == concurrency)
        .filter(row -> row.latencyMs() == 0)
        .findFirst();
  }

  private void figureAtMost(String what, double value, double most, String unit) {
    findings.add(new Finding(what, "<= " + text(most, unit), text(value, unit), value <= most));
  }

  private void ratioAtMost(Comparison one, double most) {
    add(one, "<= " + text(most, "x"), one.ratio().times() <= most);
  }

  private void ratioAtLeast(Comparison one, double least) {
    add(one, ">= " + text(least, "x"), one.ratio().times() >= least);
  }

  private void add(Comparison one, String goal, boolean isMet) {
    String measured = one.ratio().text(digits(one.ratio().times())) + " x";
    findings.add(new Finding(one.what(), goal, measured, isMet));
  }

  private static String text(double value, String unit) {
    return String.format(Locale.ROOT, digits(value), value) + " " + unit;
  }

  private static String digits(double value) {
    return value < 0.1 ? "%.4f" : value < 10 ? "%.2f" : "%.0f";
  }
}
