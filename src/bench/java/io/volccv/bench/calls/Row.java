package io.volccv.bench.calls;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.volccv.bench.Payload;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A line of the table, and of {@code result.json}.
 *
 * @param rounds what the figures sum up, in their order
 */
record Row(
    @JsonIgnore Contender contender,
    String client,
    Payload payload,
    Auth auth,
    int concurrency,
    int latencyMs,
    double cpuMs,
    double perSecond,
    long allocBytes,
    double rssMb,
    int threads,
    double p50Ms,
    double p99Ms,
    @JsonIgnore List<Figures> rounds) {

  /** What is usual in several rounds. */
  static Row of(Contender contender, Cell cell, Auth auth, List<Figures> rounds) {
    return new Row(
        contender,
        contender.label(),
        cell.payload(),
        auth,
        cell.concurrency(),
        cell.latencyMillis(),
        middle(rounds, Figures::cpuMs),
        middle(rounds, Figures::perSecond),
        (long) middle(rounds, Figures::allocBytes),
        middle(rounds, Figures::rssMb),
        rounds.stream().mapToInt(Figures::threads).max().orElseThrow(),
        middle(rounds, Figures::p50Ms),
        middle(rounds, Figures::p99Ms),
        rounds);
  }

  /** How many times as much of it this row has as {@code other}. */
  Ratio ratio(ToDoubleFunction<Figures> figure, Row other) {
    return Ratio.of(rounds, other.rounds, figure);
  }

  double allocKb() {
    return allocBytes / 1024.0;
  }

  boolean isSameCell(Row other) {
    return payload == other.payload
        && auth == other.auth
        && concurrency == other.concurrency
        && latencyMs == other.latencyMs;
  }

  private static double middle(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    return Middle.of(rounds.stream().mapToDouble(figure)).value();
  }
}
