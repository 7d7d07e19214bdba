package io.volccv.bench.calls;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.volccv.bench.Payload;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A line of the table, and of {@code result.json}. */
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
    double p99Ms) {

  /** The medians of several rounds. */
  static Row of(Contender contender, Cell cell, Auth auth, List<Figures> rounds) {
    return new Row(
        contender,
        contender.label(),
        cell.payload(),
        auth,
        cell.concurrency(),
        cell.latencyMillis(),
        median(rounds, Figures::cpuMs),
        median(rounds, Figures::perSecond),
        (long) median(rounds, Figures::allocBytes),
        rounds.stream().mapToDouble(Figures::rssMb).max().orElseThrow(),
        rounds.stream().mapToInt(Figures::threads).max().orElseThrow(),
        median(rounds, Figures::p50Ms),
        median(rounds, Figures::p99Ms));
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    List<Double> sorted =
        rounds.stream().map(figure::applyAsDouble).sorted(Comparator.naturalOrder()).toList();
    return sorted.get(sorted.size() / 2);
  }
}
