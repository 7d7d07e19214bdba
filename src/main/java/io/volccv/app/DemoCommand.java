package io.volccv.app;

import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code demo}: the shipped routes on the sample photos, against a sandbox in this process. */
@Command(
    name = "demo",
    description = "Makes pictures from the samples, offline and free of charge, in data/demo.",
    sortOptions = false)
final class DemoCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  /** Long enough for a slow machine; a demo that hangs must still end. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final SandboxOptions.Latency LATENCY =
      new SandboxOptions.Latency(Duration.ofMillis(300), Duration.ofMillis(1200));

  private final Terminal terminal;
  private final Termination termination;

  @Mixin private CommonOptions common;

  DemoCommand(Terminal terminal, Termination termination) {
    this.terminal = terminal;
    this.termination = termination;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = common.home();
    DemoFolder folder = DemoFolder.of(home);
    try (HomeLock lock = HomeLock.take(home, folder.folder());
        Sandbox sandbox =
            Sandbox.start(SandboxOptions.defaults().withPort(0).withLatency(LATENCY))) {
      Settings settings = settings(home, folder, sandbox);
      List<String> names = folder.prepare(home);
      if (!common.json()) {
        greet(names.size());
      }
      DemoBoard board = new DemoBoard(names, InstantSource.system());
      try (DemoProgress progress = DemoProgress.of(board, terminal, common.json());
          CamelApp app = CamelApp.start(settings, board)) {
        awaitEnd(board);
      }
      return end(new DemoReport(board, home, folder.folder().resolve("outbox")));
    }
  }

  private void awaitEnd(DemoBoard board) throws InterruptedException {
    while (!board.isComplete() && board.elapsed().compareTo(PATIENCE) < 0) {
      if (termination.await(LOOK_EVERY)) {
        return;
      }
    }
  }

  private int end(DemoReport report) throws IOException {
    if (common.json()) {
      terminal.out().println(report.json());
    } else {
      report.lines(terminal).forEach(terminal.out()::println);
    }
    if (termination.isRequested()) {
      return ExitCode.TERMINATED;
    }
    return report.isAllDone() ? ExitCode.OK : ExitCode.JOBS_FAILED;
  }

  private void greet(int count) {
    terminal.out().println();
    terminal
        .out()
        .println(
            "  "
                + Style.BOLD.on("volccv demo", terminal)
                + "  "
                + count
                + " photos through the shipped routes; a sandbox on this machine answers");
    terminal.out().println();
    terminal.flush();
  }

  /** The home's own configuration, but for where the demo works and whom it asks. */
  private Settings settings(Home home, DemoFolder folder, Sandbox sandbox) {
    Map<String, String> overrides = new LinkedHashMap<>(common.properties());
    overrides.putAll(folder.properties());
    overrides.put("volccv.sources", "folder");
    overrides.put("volccv.sinks", "folder");
    overrides.put("camel.component.volccv.baseUrl", sandbox.gateway().toString());
    overrides.put("camel.component.volccv.apiKey", sandbox.options().apiKey());
    overrides.put("volccv.ledger", "memory"); // the same samples each time
    // The sandbox has no quota, and costs nothing.
    overrides.put("volccv.quota.concurrency", "4");
    // The operator's own keys must not go along with the sandbox's.
    overrides.put("camel.component.volccv.accessKeyId", "");
    overrides.put("camel.component.volccv.secretAccessKey", "");
    overrides.put("camel.component.volccv.sessionToken", "");
    // The sandbox is on this machine, where no proxy leads to; and a demo that hangs must end soon.
    overrides.put("camel.component.volccv.proxyHost", "");
    overrides.put("camel.component.volccv.proxyPort", "");
    overrides.put("camel.main.shutdownTimeout", "5");
    overrides.put("volccv.quota.rate", "");
    return new SettingsReader(home, System::getenv).read(overrides).withoutBudget();
  }
}
