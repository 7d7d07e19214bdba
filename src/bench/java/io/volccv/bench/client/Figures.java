package io.volccv.bench.client;

/**
 * What a run was like.
 *
 * @param cpuMs of the process per call, user and system, without the JIT compiler's threads
 * @param perSecond calls
 * @param allocBytes on the heap per call
 * @param rssMb the most memory that the process has had with this target
 * @param threads the most that it had during the run
 * @param p50Ms how long a call took
 * @param p99Ms how long all but one of a hundred took at most
 * @param compiling how long the JIT compiler worked for it, in parts of the run's time
 * @param slowness of the processor, how many times as long as usually it needed for the same work:
 *     before the run or after it, whichever is less, since a moment says little
 */
public record Figures(
    double cpuMs,
    double perSecond,
    double allocBytes,
    double rssMb,
    int threads,
    double p50Ms,
    double p99Ms,
    double compiling,
    double slowness) {

  /** A line that {@link #parse} reads. */
  @Override
  public String toString() {
    return String.join(
        " ",
        "figures",
        Double.toString(cpuMs),
        Double.toString(perSecond),
        Double.toString(allocBytes),
        Double.toString(rssMb),
        Integer.toString(threads),
        Double.toString(p50Ms),
        Double.toString(p99Ms),
        Double.toString(compiling),
        Double.toString(slowness));
  }

  public static Figures parse(String line) {
    String[] words = line.split(" ");
    return new Figures(
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        Integer.parseInt(words[5]),
        Double.parseDouble(words[6]),
        Double.parseDouble(words[7]),
        Double.parseDouble(words[8]),
        Double.parseDouble(words[9]));
  }
}
