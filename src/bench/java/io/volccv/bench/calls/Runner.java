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

/** A contender in a process of its own, which stays for several cells: so it is warm in each. */
final class Runner implements AutoCloseable {

  /** The compiler works in waves: so long it must have nearly nothing to do. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Of the compiler, in parts of the time. */
  private static final double AT_REST = 0.1;

  private static final List<String> COMPILER = List.of("C1 Compiler", "C2 Compiler");

  private final Contender contender;
  private final Jvm jvm;
  private final Path folder;
  private int visits;

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
                // What the JVM chooses for the processors that it is measured on: more of them
                // would wait for one another there.
                "-XX:ParallelGCThreads=" + Processors.ofClients(),
                // So that a program is warm after a fifth of the calls.
                "-XX:CompileThresholdScaling=0.2",
                // As on a machine with 8 GB, whatever this one has. All of it at once, and marked
                // from the same share on: when a heap grows, and by how much, happens by chance,
                // and so would the memory that a process needs.
                "-Xms2g",
                "-Xmx2g",
                "-Xmn64m",
                "-XX:-G1UseAdaptiveIHOP",
                // What small pages cost depends on who else uses the memory of the machine.
                "-XX:+UseTransparentHugePages",
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

  /** All but the JIT compiler, which is not measured and works beside, where others let it. */
  void keepOn(String processors) throws IOException {
    jvm.keepOn(processors);
    jvm.keepOn(Processors.ALL, COMPILER);
    jvm.comeLast(COMPILER);
  }

  /** Makes it ready for a visit of a cell, with a new client. */
  void enter(Server server, Cell cell) throws IOException {
    Path own = Files.createDirectories(folder.resolve("visit-" + ++visits));
    Path input = folder.resolve("input-" + cell.payload() + ".png");
    if (Files.notExists(input)) {
      Files.write(input, cell.payload().input());
    }
    int port = server.port(cell.payload(), cell.latencyMillis());
    jvm.tell(new Target(port, cell.payload(), cell.concurrency(), input, own).line());
    jvm.await("ready");
  }

  Figures run(Auth auth, int calls) throws IOException {
    jvm.tell(auth + " " + calls);
    return Figures.parse(jvm.await("figures"));
  }

  /**
   * Runs until the JIT compiler has rested for a second.
   *
   * @param mostNanos but not longer than this
   */
  void warmUp(Auth auth, int calls, long mostNanos) throws IOException {
    long start = System.nanoTime();
    long restless = start;
    long now;
    do {
      double compiling = run(auth, calls).compiling();
      now = System.nanoTime();
      restless = compiling > AT_REST ? now : restless;
    } while (now - restless < REST_NANOS && now - start < mostNanos);
  }

  @Override
  public void close() {
    jvm.close();
  }
}
