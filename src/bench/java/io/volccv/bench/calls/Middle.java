package io.volccv.bench.calls;

import java.util.stream.DoubleStream;

/**
 * What is usual among some values.
 *
 * @param value the mean of the middle half: neither what was disturbed counts, nor what was lucky
 * @param margin how far off it may be: as the notch of a box plot, 1.58 times the distance of the
 *     quartiles by the root of the values' number (McGill, Tukey, Larsen: Variations of Box Plots,
 *     1978)
 */
record Middle(double value, double margin) {

  private static final double NOTCH = 1.58;

  /**
   * @throws java.util.NoSuchElementException when there are none
   */
  static Middle of(DoubleStream values) {
    double[] sorted = values.sorted().toArray();
    int quarter = (sorted.length + 1) / 4;
    double mean =
        DoubleStream.of(sorted)
            .skip(quarter)
            .limit(sorted.length - 2L * quarter)
            .average()
            .orElseThrow();
    double middleHalf = quantile(sorted, 0.75) - quantile(sorted, 0.25);
    return new Middle(mean, NOTCH * middleHalf / Math.sqrt(sorted.length));
  }

  /** Between two values in proportion. */
  private static double quantile(double[] sorted, double part) {
    double place = (sorted.length - 1) * part;
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
