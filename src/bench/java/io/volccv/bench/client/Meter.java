package io.volccv.bench.client;

import com.sun.management.ThreadMXBean;
import io.volccv.bench.ThreadFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Looks at its own process, from {@link #start} to {@link #stop}. */
final class Meter {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final CompilationMXBean COMPILER = ManagementFactory.getCompilationMXBean();

  private static final long LOOK_MILLIS = 10;

  /** Between two looks: no more than threads that wait for something. */
  private static final long AT_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final Pace PACE = new Pace();

  private final double slowness = PACE.slowness();
  private final long compilerMillis = COMPILER.getTotalCompilationTime();
  private final Map<Path, Long> cpuNanos = cpuNanos(false);

  /** Looked at last, and first at the end: to look at threads makes garbage. */
  private final Map<Long, Long> allocated = allocated();

  /** The meter's thread does part of the work, but to look at others is not of it. */
  private final long ownNanos = THREADS.getCurrentThreadCpuTime();

  private final long nanos = System.nanoTime();

  private Meter() {
    THREADS.resetPeakThreadCount();
  }

  static Meter start() {
    return new Meter();
  }

  /** Forgets what memory the process needed before. */
  static void clear() throws IOException {
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
  }

  /**
   * What the run was like that is over now.
   *
   * @param callNanos how long each call took
   */
  Figures stop(long[] callNanos) throws InterruptedException {
    long time = System.nanoTime() - nanos;
    long cpu = THREADS.getCurrentThreadCpuTime() - ownNanos;
    long bytes = 0;
    for (Map.Entry<Long, Long> thread : allocated().entrySet()) {
      bytes += thread.getValue() - allocated.getOrDefault(thread.getKey(), 0L);
    }
    awaitRest();
    for (Map.Entry<Path, Long> thread : cpuNanos(false).entrySet()) {
      cpu += thread.getValue() - cpuNanos.getOrDefault(thread.getKey(), 0L);
    }
    double calls = callNanos.length;
    Arrays.sort(callNanos);
    return new Figures(
        cpu / 1e6 / calls,
        calls / time * 1e9,
        bytes / calls,
        peakMb(),
        THREADS.getPeakThreadCount(),
        callNanos[callNanos.length / 2] / 1e6,
        callNanos[(int) (callNanos.length * 0.99)] / 1e6,
        (COMPILER.getTotalCompilationTime() - compilerMillis) * 1e6 / time,
        Math.min(slowness, PACE.slowness()));
  }

  /**
   * What a run leaves behind, to the garbage collector and to the JIT compiler, is work as well,
   * and would disturb who comes next.
   */
  private static void awaitRest() throws InterruptedException {
    long start = System.nanoTime();
    long before;
    long worked = workNanos();
    do {
      before = worked;
      Thread.sleep(LOOK_MILLIS);
      worked = workNanos();
    } while (worked - before > AT_REST_NANOS && System.nanoTime() - start < LONGEST_NANOS);
  }

  private static long workNanos() {
    return cpuNanos(true).values().stream().mapToLong(Long::longValue).sum();
  }

  private static Map<Long, Long> allocated() {
    long[] ids = THREADS.getAllThreadIds();
    long[] bytes = THREADS.getThreadAllocatedBytes(ids);
    Map<Long, Long> all = new HashMap<>();
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) {
        all.put(ids[i], bytes[i]);
      }
    }
    return all;
  }

  /**
   * Of each thread but this. Exact, where the time of the whole process is counted in hundredths of
   * a second.
   *
   * @param withCompiler the JIT compiler's threads as well, whose work would be spread over more
   *     calls in real life
   */
  private static Map<Path, Long> cpuNanos(boolean withCompiler) {
    Map<Path, Long> all = new HashMap<>();
    try (DirectoryStream<Path> tasks = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
      Path own = Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName();
      for (Path task : tasks) {
        String figures = ThreadFile.read(task.resolve("schedstat"));
        if (!figures.isEmpty()
            && !task.endsWith(own)
            && (withCompiler || !ThreadFile.read(task.resolve("comm")).contains("CompilerThre"))) {
          all.put(task, Long.parseLong(figures.split(" ")[0]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static double peakMb() {
    try {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("VmHWM:"))
              .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
              .findFirst()
              .orElse(0)
          / 1024.0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
