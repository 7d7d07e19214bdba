package io.volccv.bench.inflight;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Jvm;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import io.volccv.bench.WorkFolder;
import io.volccv.bench.client.ClientMain;
import io.volccv.bench.client.Figures;
import io.volccv.bench.client.Target;
import io.volccv.bench.client.VolcCvClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Many calls at a time on few threads, with a service that takes its time. */
public final class InFlightPart implements Part {

  private static final int WARM_UP_CALLS = 50_000;

  @Override
  public String name() {
    return "inflight";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException {
    List<Finding> findings = new ArrayList<>();
    try (Server server = Server.start(bench.folder());
        WorkFolder folder = WorkFolder.create(bench, "inflight");
        Jvm jvm = client(bench)) {
      Measurer measurer = new Measurer(server, jvm, folder.path());
      Result thousand = measurer.measure(1000, 200, WARM_UP_CALLS, 5);
      findings.add(
          new Finding(
              "1000 S calls in flight, p50",
              "<= 220 ms",
              text(thousand),
              thousand.most() == 1000 && thousand.figures().p50Ms() <= 220));
      findings.add(
          new Finding(
              "threads of the component for 1000 calls",
              "<= 4",
              thousand.threads() + "",
              thousand.threads() <= 4));
      // No client on two cores sends so many in 200 ms. The process is warm: a call of each place
      // makes the connections.
      Result tenThousand = measurer.measure(10_000, 2000, 10_000, 2);
      findings.add(
          new Finding(
              "10000 S calls in flight, 2 s server",
              "works",
              text(tenThousand),
              tenThousand.most() == 10_000));
    }
    return findings;
  }

  private static Jvm client(Bench bench) throws IOException {
    return Jvm.start(
        bench.folder().resolve("inflight.log"),
        List.of(
            "-XX:-UseDynamicNumberOfCompilerThreads",
            "-cp",
            System.getProperty("java.class.path"),
            ClientMain.class.getName(),
            VolcCvClient.class.getName()));
  }

  private record Result(Figures figures, int most, int threads) {}

  private static String text(Result result) {
    return String.format(
        Locale.ROOT,
        "p50 %.0f ms, p99 %.0f ms, %.0f a second, %d at a time, %d threads of the component",
        result.figures().p50Ms(),
        result.figures().p99Ms(),
        result.figures().perSecond(),
        result.most(),
        result.threads());
  }

  /**
   * @param jvm the client's
   * @param folder for whatever it writes
   */
  private record Measurer(Server server, Jvm jvm, Path folder) {

    /**
     * With a new client in the same process.
     *
     * @param warmUp how many calls come first that do not count
     * @param waves how many calls each place in flight has
     */
    private Result measure(int concurrency, int latency, int warmUp, int waves) throws IOException {
      int port = server.port(Payload.S, latency);
      Target target = new Target(port, Payload.S, concurrency, folder.resolve("none"), folder);
      jvm.tell(target.line());
      jvm.await("ready");
      run(warmUp);
      server.stats();
      Figures figures = run(concurrency * waves);
      return new Result(
          figures, server.stats().mostInFlight(), jvm.threads(List.of("volccv", "Camel")));
    }

    private Figures run(int calls) throws IOException {
      jvm.tell("BEARER " + calls);
      return Figures.parse(jvm.await("figures"));
    }
  }
}
