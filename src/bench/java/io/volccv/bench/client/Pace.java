package io.volccv.bench.client;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How quick the processor is just now. Of a machine that is shared others may use the same core: it
 * is slower then, by up to the half, for seconds or minutes, and not alike for all that is
 * measured. Seen by arithmetic that keeps all of a core's units busy and needs no memory.
 */
final class Pace {

  private static final int STEPS = 300_000;

  /** The quickest of some counts: one alone may be interrupted. */
  private static final int TRIES = 3;

  /** Of what it ever took: a tenth is less. The least would be that of a moment's quicker clock. */
  private static final double USUAL = 0.1;

  /** In nanoseconds, the least first. */
  private final List<Long> times = new ArrayList<>();

  /** Of no use, but that the arithmetic is not left out. */
  private long sum;

  /** How many times as long as usually the same work takes: 1 when nobody disturbs. */
  double slowness() {
    long nanos = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long start = System.nanoTime();
      sum += work(sum);
      nanos = Math.min(nanos, System.nanoTime() - start);
    }
    int place = Collections.binarySearch(times, nanos);
    times.add(place < 0 ? -place - 1 : place, nanos);
    return (double) nanos / times.get((int) ((times.size() - 1) * USUAL));
  }

  private static long work(long seed) {
    long a = seed;
    long b = 1;
    long c = 2;
    long d = 3;
    for (int i = 0; i < STEPS; i++) {
      a += i ^ b;
      b += i | 3;
      c ^= a >>> 3;
      d += c & i;
    }
    return a + b + c + d;
  }
}
