package io.volccv.bench.calls;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.volccv.bench.Payload;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.Figures;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

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

  /** What is usual in several rounds: the mean of their middle half. */
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

  /**
   * What is usual among the rounds' ratios, by their logarithms: a machine that is slower for a
   * while is so for both.
   */
  double ratio(ToDoubleFunction<Figures> figure, Row other) {
    return Math.exp(
        middle(
            IntStream.range(0, rounds.size())
                .mapToDouble(
                    i ->
                        Math.log(
                            figure.applyAsDouble(rounds.get(i))
                                / figure.applyAsDouble(other.rounds.get(i))))));
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
    return middle(rounds.stream().mapToDouble(figure));
  }

  /** The mean of the middle half: neither what was disturbed counts, nor what was lucky. */
  private static double middle(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int quarter = (sorted.length + 1) / 4;
    return Arrays.stream(sorted, quarter, sorted.length - quarter).average().orElseThrow();
  }
}
