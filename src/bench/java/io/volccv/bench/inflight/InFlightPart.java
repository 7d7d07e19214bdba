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
    try (Server server = Server.start(bench.folder())) {
      Result thousand = measure(bench, server, 1000, 200, 5);
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
      // No client on two cores sends so many in 200 ms.
      Result tenThousand = measure(bench, server, 10_000, 2000, 2);
      findings.add(
          new Finding(
              "10000 S calls in flight, 2 s server",
              "works",
              text(tenThousand),
              tenThousand.most() == 10_000));
    }
    return findings;
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
   * @param waves how many calls each place in flight has
   */
  private static Result measure(Bench bench, Server server, int concurrency, int latency, int waves)
      throws IOException {
    try (WorkFolder folder = WorkFolder.create(bench, "inflight");
        Jvm jvm =
            Jvm.start(
                bench.folder().resolve("inflight.log"),
                List.of(
                    "-XX:-UseDynamicNumberOfCompilerThreads",
                    "-cp",
                    System.getProperty("java.class.path"),
                    ClientMain.class.getName(),
                    VolcCvClient.class.getName()))) {
      Target target =
          new Target(
              server.port(Payload.S, latency),
              Payload.S,
              concurrency,
              folder.path().resolve("none"),
              folder.path());
      jvm.tell(target.line());
      jvm.await("ready");
      run(jvm, WARM_UP_CALLS);
      server.stats();
      Figures figures = run(jvm, concurrency * waves);
      return new Result(
          figures, server.stats().mostInFlight(), jvm.threads(List.of("volccv", "Camel")));
    }
  }

  private static Figures run(Jvm jvm, int calls) throws IOException {
    jvm.tell("BEARER " + calls);
    return Figures.parse(jvm.await("figures"));
  }
}
