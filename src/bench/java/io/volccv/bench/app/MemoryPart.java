package io.volccv.bench.app;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import java.io.IOException;
import java.util.List;

/** The smallest heap with which the packaged app does its work, found by trying. */
public final class MemoryPart implements Part {

  private static final int STEP_MB = 4;
  private static final int LEAST_MB = 12;
  private static final int MOST_MB = 64;
  private static final int GOAL_MB = 48;

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException, InterruptedException {
    try (Server server = Server.start(bench.folder())) {
      int tooSmall = LEAST_MB;
      int enough = MOST_MB;
      while (enough - tooSmall > STEP_MB) {
        int middle = (tooSmall + enough) / 2 / STEP_MB * STEP_MB;
        if (run(bench, server, middle, Payload.L, 16, 32).fits(16)) {
          enough = middle;
        } else {
          tooSmall = middle;
        }
      }
      Result many = run(bench, server, 64, Payload.M, 256, 512);
      return List.of(
          new Finding(
              "smallest heap of the app, L, 16 at a time",
              "<= " + GOAL_MB + " MB",
              enough < MOST_MB ? enough + " MB" : "more than " + tooSmall + " MB",
              enough <= GOAL_MB),
          new Finding(
              "256 M calls in flight in the app",
              "in 64 MB of heap",
              (many.isWhole() ? "all" : "not all") + " done, " + many.most() + " at a time",
              many.fits(256)));
    }
  }

  /** Whether all pictures were made, and how many calls the server has seen at a time. */
  private record Result(boolean isWhole, int most) {
    boolean fits(int concurrency) {
      return isWhole && most >= concurrency;
    }
  }

  private static Result run(
      Bench bench, Server server, int heapMb, Payload payload, int concurrency, int inputs)
      throws IOException, InterruptedException {
    try (AppHome home = AppHome.create(bench)) {
      home.fill(payload, inputs);
      server.stats();
      int latency = payload == Payload.L ? 200 : 2000;
      int code =
          home.run(
              server.port(payload, latency),
              List.of("-Xmx" + heapMb + "m", "-XX:+ExitOnOutOfMemoryError"),
              "volccv.quota.concurrency=" + concurrency,
              "volccv.quota.rate=10000");
      int most = server.stats().mostInFlight();
      long pictures = home.pictures();
      System.out.printf(
          "%s in %d MB: exit code %d, %d pictures, %d calls at a time%n",
          payload, heapMb, code, pictures, most);
      return new Result(code == 0 && pictures == (long) inputs * payload.outputs(), most);
    }
  }
}
