package io.volccv.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.error.CvException;
import io.volccv.error.UnauthorizedException;
import io.volccv.model.Job;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code run}: the configured sources and sinks, until a signal or until the inbox is empty. */
@Command(
    name = "run",
    description = "Watches the sources and makes pictures; ends cleanly on SIGTERM or Ctrl-C.",
    sortOptions = false)
final class RunCommand implements Callable<Integer> {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  /** Longer than a file has to lie still before the folder source takes it. */
  private static final Duration QUIET = Duration.ofMillis(2500);

  private final Terminal terminal;
  private final Termination termination;

  @Mixin private CommonOptions common;

  @Option(
      names = "--once",
      description =
          "Handle what is complete in the inbox now, then end: 0 all well, 1 some failed.")
  private boolean once;

  RunCommand(Terminal terminal, Termination termination) {
    this.terminal = terminal;
    this.termination = termination;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Home home = common.home();
    Settings settings = new SettingsReader(home, System::getenv).read(common.properties());
    Tally tally = new Tally();
    int code;
    try (HomeLock lock = HomeLock.take(home, home.resolve("data"));
        CamelApp app = CamelApp.start(settings, tally)) {
      if (!common.json()) {
        Banner.lines(settings, app.baseUrl()).forEach(terminal.out()::println);
      }
      code = once ? untilDone(app, tally) : untilTerminated(tally);
      drain(app);
    }
    if (common.json()) {
      terminal.out().println(summary(tally));
    }
    return code == ExitCode.OK && tally.anyNotDone() ? ExitCode.JOBS_FAILED : code;
  }

  private int untilTerminated(Tally tally) throws InterruptedException {
    boolean told = false;
    while (!termination.await(LOOK_EVERY)) {
      if (!told && tally.refusal().isPresent()) {
        tell(tally.refusal().get());
        told = true;
      }
    }
    return ExitCode.TERMINATED;
  }

  private int untilDone(CamelApp app, Tally tally) throws InterruptedException {
    while (!termination.await(LOOK_EVERY)) {
      if (tally.refusal().isPresent()) {
        CvException refusal = tally.refusal().get();
        tell(refusal);
        return refusal instanceof UnauthorizedException ? ExitCode.UNAUTHORIZED : ExitCode.BUDGET;
      }
      if (app.isIdleFor(QUIET)) {
        return ExitCode.OK;
      }
    }
    return ExitCode.TERMINATED;
  }

  private void drain(CamelApp app) {
    app.close();
    if (app.wasCutOff()) {
      terminal
          .err()
          .println("some jobs did not end within camel.main.shutdownTimeout and were cut off");
      termination.unclean();
    }
  }

  private void tell(CvException refusal) {
    if (refusal instanceof UnauthorizedException) {
      terminal
          .err()
          .printf(
              "unauthorized: the service refused the credentials (%s); "
                  + "the inputs stay where they are; correct the credentials and start again%n",
              refusal.getCode() == null ? "HTTP " + refusal.getHttpStatus() : refusal.getCode());
    } else {
      terminal
          .err()
          .println(
              DisplayText.oneLine(
                  "budget: " + refusal.getMessage() + "; the inputs stay where they are"));
    }
  }

  private static String summary(Tally tally) throws IOException {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Map.Entry<Job.Outcome, Long> count : tally.ended().entrySet()) {
      counts.put(count.getKey().name().toLowerCase(Locale.ROOT), count.getValue());
    }
    return new JsonMapper().writeValueAsString(counts);
  }
}
