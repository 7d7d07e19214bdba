package io.volccv.app;

import io.volccv.ledger.JobReleases;
import io.volccv.ledger.MissingLedgerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code plan}: what a run would do with the inbox, and what that may cost. */
@Command(
    name = "plan",
    description = {
      "Shows what a run would do with the photos in the inbox, and what it would cost at most.",
      "Sends nothing and moves nothing; the app may run or not."
    },
    sortOptions = false)
final class PlanCommand implements Callable<Integer> {
  private static final String FOLDER = "folder";
  private static final List<String> REASONS = List.of("failed", "rejected", "invalid", "unknown");

  private final Terminal terminal;

  @Mixin private CommonOptions common;

  PlanCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws Exception {
    Settings settings = new SettingsReader(common.home(), System::getenv).read(common.properties());
    if (!settings.sources().contains(FOLDER)) {
      throw new ConfigException(
          "volccv.sources",
          "has no folder, and only that can be looked into without taking anything",
          "write -Dvolccv.sources=folder to plan the inbox");
    }
    PlanReport report = new PlanReport(Logs.withoutInputs(() -> steps(settings)));
    if (common.json()) {
      terminal.out().println(report.json());
    } else {
      report.lines(terminal.columns()).forEach(terminal.out()::println);
    }
    return report.anyRefused() ? ExitCode.JOBS_FAILED : ExitCode.OK;
  }

  private static List<Plan.Step> steps(Settings settings) throws IOException {
    Path scratch = Files.createTempDirectory("volccv-plan");
    Optional<JobReleases> jobs = jobs(settings);
    try {
      return new Plan(apart(settings, scratch), jobs).steps();
    } finally {
      jobs.ifPresent(JobReleases::close);
      delete(scratch);
    }
  }

  private static Optional<JobReleases> jobs(Settings settings) {
    try {
      return new LedgerSettings(settings).url().map(JobReleases::open);
    } catch (MissingLedgerException none) {
      return Optional.empty(); // as before the first run: every job is new
    }
  }

  /** The folder source alone, and what the routes write of inputs that are wrong goes elsewhere. */
  private static Settings apart(Settings settings, Path scratch) {
    Map<String, String> app = new LinkedHashMap<>(settings.app());
    app.put("volccv.sources", FOLDER);
    REASONS.forEach(reason -> app.put("volccv." + reason, scratch.resolve(reason).toString()));
    Map<String, String> camel = new LinkedHashMap<>(settings.camel());
    camel.put("camel.component.volccv.spoolDirectory", scratch.resolve("spool").toString());
    return new Settings(settings.home(), app, settings.params(), camel);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
