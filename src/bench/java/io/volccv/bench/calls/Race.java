package io.volccv.bench.calls;

import io.volccv.bench.Bench;
import io.volccv.bench.Jvm;
import io.volccv.bench.Server;
import io.volccv.bench.client.Auth;
import io.volccv.bench.client.ClientMain;
import io.volccv.bench.client.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures the contenders of one cell: each in a process of its own, all warm, then in turns, A B A
 * B, so that whatever else the machine does meets all of them.
 */
final class Race {

  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A round takes so long at least: shorter ones say little. */
  private static final double ROUND_SECONDS = 0.5;

  /** After a pause, much at a time costs up to three times as much, mostly in fresh file pages. */
  private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Bench bench;
  private final Server server;
  private final Cell cell;
  private final Map<Contender, Jvm> running = new EnumMap<>(Contender.class);

  Race(Bench bench, Server server, Cell cell) {
    this.bench = bench;
    this.server = server;
    this.cell = cell;
  }

  List<Row> run() throws IOException {
    Path folder = Files.createDirectories(bench.folder().resolve("work"));
    try {
      for (Contender contender : cell.contenders()) {
        running.put(contender, start(contender, folder));
      }
      return rounds();
    } finally {
      running.values().forEach(Jvm::close);
      delete(folder);
    }
  }

  private Jvm start(Contender contender, Path folder) throws IOException {
    Path own = Files.createDirectories(folder.resolve(contender.name()));
    Path input = own.resolve("input.png");
    Files.write(input, cell.payload().input());
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
                contender.type(),
                Integer.toString(server.port(cell.payload(), cell.latencyMillis())),
                cell.payload().name(),
                Integer.toString(cell.concurrency()),
                input.toString(),
                own.toString()));
    jvm.await("ready");
    return jvm;
  }

  private List<Row> rounds() throws IOException {
    // All of it before anything is measured: what is measured first must not be the coldest.
    Map<Auth, Map<Contender, Integer>> calls = new EnumMap<>(Auth.class);
    for (Auth auth : Auth.values()) {
      calls.put(auth, new EnumMap<>(Contender.class));
      for (Contender contender : able(auth)) {
        Figures warm = warmUp(contender, auth, WARM_UP_NANOS);
        int enough = (int) (warm.perSecond() * ROUND_SECONDS);
        calls.get(auth).put(contender, Math.max(enough, cell.calls(contender)));
      }
    }
    List<Row> rows = new ArrayList<>();
    for (Auth auth : Auth.values()) {
      Map<Contender, List<Figures>> figures = new EnumMap<>(Contender.class);
      for (int round = 0; round < bench.rounds(); round++) {
        for (Contender contender : able(auth)) {
          if (cell.isHeavy()) {
            warmUp(contender, auth, SETTLE_NANOS);
          }
          figures
              .computeIfAbsent(contender, first -> new ArrayList<>())
              .add(run(contender, auth, calls.get(auth).get(contender)));
        }
      }
      figures.forEach((contender, rounds) -> rows.add(Row.of(contender, cell, auth, rounds)));
    }
    return rows;
  }

  private List<Contender> able(Auth auth) {
    return running.keySet().stream().filter(contender -> contender.knows(auth)).toList();
  }

  /** By time and not by calls: what is slow is not warmed up longer, and what is quick enough. */
  private Figures warmUp(Contender contender, Auth auth, long nanos) throws IOException {
    long start = System.nanoTime();
    Figures last;
    do {
      last = run(contender, auth, cell.calls(contender));
    } while (System.nanoTime() - start < nanos);
    return last;
  }

  private Figures run(Contender contender, Auth auth, int calls) throws IOException {
    Jvm jvm = running.get(contender);
    jvm.tell(auth + " " + calls);
    return Figures.parse(jvm.await("figures"));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
