package io.volccv.bench.calls;

import io.volccv.bench.client.Figures;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How many times as much of something a contender has as another.
 *
 * @param times what is usual among the rounds' ratios: a machine that is slower for a while is so
 *     for both
 * @param isSure whether it is known to {@value #MOST_PERCENT} %: so another run agrees within 15 %,
 *     as a rule
 */
record Ratio(double times, boolean isSure) {

  /** A ratio that is sure is not further off than this. */
  static final int MOST_PERCENT = 7;

  /**
   * @param rounds the contender's
   * @param others the same rounds of the other
   */
  static Ratio of(List<Figures> rounds, List<Figures> others, ToDoubleFunction<Figures> figure) {
    Middle logarithm =
        Middle.of(
            IntStream.range(0, rounds.size())
                .mapToDouble(
                    i ->
                        Math.log(
                            figure.applyAsDouble(rounds.get(i))
                                / figure.applyAsDouble(others.get(i)))));
    return new Ratio(
        Math.exp(logarithm.value()), logarithm.margin() <= Math.log1p(MOST_PERCENT / 100.0));
  }

  /** Such as {@code 1.40} or, if it is not sure, {@code ~1.40}. */
  String text(String digits) {
    return (isSure ? "" : "~") + String.format(Locale.ROOT, digits, times);
  }
}
