package io.volccv.bench.calls;

import io.volccv.bench.Bench;
import io.volccv.bench.Jvm;
import io.volccv.bench.Server;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.ClientMain;
import io.volccv.bench.client.Figures;
import io.volccv.bench.client.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A contender in a process of its own, which stays for all cells: so it is warm in each. */
final class Runner implements AutoCloseable {

  private static final long MOST_WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of the compiler, in parts of the time. */
  private static final double AT_REST = 0.1;

  private final Contender contender;
  private final Jvm jvm;
  private final Path folder;
  private int targets;

  private Runner(Contender contender, Jvm jvm, Path folder) {
    this.contender = contender;
    this.jvm = jvm;
    this.folder = folder;
  }

  /**
   * @param folder for whatever it writes
   */
  static Runner start(Bench bench, Contender contender, Path folder) throws IOException {
    Path own = Files.createDirectories(folder.resolve(contender.name()));
    Jvm jvm =
        Jvm.start(
            bench.folder().resolve(contender.name() + ".log"),
            List.of(
                // So that what they used can be told from what the program used.
                "-XX:-UseDynamicNumberOfCompilerThreads",
                "-Djava.io.tmpdir=" + own,
                "-cp",
                contender.classPath(bench.folder()),
                ClientMain.class.getName(),
                contender.type()));
    return new Runner(contender, jvm, own);
  }

  Contender contender() {
    return contender;
  }

  void keepOn(String processors) throws IOException {
    jvm.keepOn(processors);
  }

  /** Makes it ready for a cell. */
  void enter(Server server, Cell cell) throws IOException {
    Path own = Files.createDirectories(folder.resolve("cell-" + ++targets));
    Path input = own.resolve("input.png");
    Files.write(input, cell.payload().input());
    int port = server.port(cell.payload(), cell.latencyMillis());
    jvm.tell(new Target(port, cell.payload(), cell.concurrency(), input, own).line());
    jvm.await("ready");
  }

  Figures run(Auth auth, int calls) throws IOException {
    jvm.tell(auth + " " + calls);
    return Figures.parse(jvm.await("figures"));
  }

  /** Runs for some time: what is slow does not take longer, and what is quick does enough. */
  Figures run(Auth auth, int calls, long nanos) throws IOException {
    long start = System.nanoTime();
    Figures last;
    do {
      last = run(auth, calls);
    } while (System.nanoTime() - start < nanos);
    return last;
  }

  /** Until the compiler has nearly nothing to do any more: it works in waves. */
  void warmUp(Auth auth, int calls) throws IOException {
    long start = System.nanoTime();
    long restless = start;
    do {
      boolean atRest = run(auth, calls).compiling() < AT_REST;
      restless = atRest ? restless : System.nanoTime();
    } while (System.nanoTime() - restless < REST_NANOS
        && System.nanoTime() - start < MOST_WARM_UP_NANOS);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
