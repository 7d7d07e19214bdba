package io.volccv.bench.calls;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.volccv.bench.Payload;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A line of the table, and of {@code result.json}.
 *
 * @param rounds what the figures are the medians of, in their order
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
        median(rounds, Figures::p99Ms),
        rounds);
  }

  /** The median of the rounds' ratios: a machine that is slower for a while is so for both. */
  double ratio(ToDoubleFunction<Figures> figure, Row other) {
    return median(
        IntStream.range(0, rounds.size())
            .mapToDouble(
                i ->
                    figure.applyAsDouble(rounds.get(i))
                        / figure.applyAsDouble(other.rounds.get(i))));
  }

  boolean isSameCell(Row other) {
    return payload == other.payload
        && auth == other.auth
        && concurrency == other.concurrency
        && latencyMs == other.latencyMs;
  }

  private static double median(List<Figures> rounds, ToDoubleFunction<Figures> figure) {
    return median(rounds.stream().mapToDouble(figure));
  }

  private static double median(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
