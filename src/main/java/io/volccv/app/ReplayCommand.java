package io.volccv.app;

import io.volccv.app.ReplayPlaces.Found;
import io.volccv.app.ReplayPlan.Action;
import io.volccv.app.ReplayPlan.Step;
import io.volccv.files.ParkedInputs;
import io.volccv.ledger.JobReleases;
import io.volccv.model.Job.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code replay}: inputs that were put away go back to their sources. */
@Command(
    name = "replay",
    description = {
      "Puts inputs that were put away back to where they came from (the inbox of the folder or the",
      "server, the queue of jobs), and lets the ledger send them again.",
      "What is perhaps paid stays, but with --unknown --resend. The app may run or not."
    },
    sortOptions = false)
final class ReplayCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Reader answers;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(
      names = "--code",
      paramLabel = "C",
      description = "Only those that failed with this code, for example 50430.")
  private @Nullable String code;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only those put away within this time: 30m, 2h, 7d.")
  private @Nullable String since;

  @Option(
      names = "--source",
      paramLabel = "NAME",
      description =
          "Only those of this source, one of volccv.sources, or queue for jobs of csv, http and"
              + " timer, which all lie there. Without it all of them.")
  private @Nullable String source;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      split = ",",
      description = "failed, rejected, invalid or unknown; without it the first three.")
  private List<String> states = new ArrayList<>();

  @Option(
      names = "--unknown",
      description = "Those that are perhaps paid: puts back what has turned out well by now.")
  private boolean unknown;

  @Option(
      names = "--resend",
      description = "With --unknown: sends them again, which perhaps pays twice.")
  private boolean resend;

  @Option(names = "--yes", description = "Do not ask before --resend.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Show what would happen; change nothing.")
  private boolean dryRun;

  ReplayCommand(Terminal terminal, Reader answers) {
    this.terminal = terminal;
    this.answers = answers;
  }

  @Override
  public Integer call() throws IOException {
    Set<Outcome> outcomes = outcomes();
    if (resend && !outcomes.contains(Outcome.UNKNOWN) && !unknown) {
      throw wrong("--resend: is for what is perhaps paid; write --unknown --resend");
    }
    Instant now = Instant.now();
    Instant from = from(now);
    Home home = common.home();
    Settings settings = new SettingsReader(home, System::getenv).read(common.properties());
    try (ReplayPlaces places = ReplayPlaces.open(settings, sources(home, settings))) {
      List<Found> found =
          places.list(outcomes).stream()
              .filter(one -> code == null || code.equals(one.parked().code()))
              .filter(one -> !one.parked().time().isBefore(from))
              .toList();
      if (found.isEmpty()) {
        return end(new ReplayReport(home, List.of(), now), "nothing to replay");
      }
      Optional<String> url = new LedgerSettings(settings).url();
      try (Ledger ledger = new Ledger(url.map(JobReleases::open))) {
        return replay(steps(found, ledger.jobs()), ledger.jobs(), home, now);
      }
    }
  }

  private int replay(List<Planned> planned, Optional<JobReleases> ledger, Home home, Instant now)
      throws IOException {
    ReplayReport plan = new ReplayReport(home, planned.stream().map(Planned::step).toList(), now);
    if (dryRun) {
      tell(plan);
      return end(plan, summary(plan) + "; nothing was changed (--dry-run)");
    }
    long twice = plan.count(Action.RESEND);
    if (twice > 0 && !yes) {
      tell(plan);
      if (!agreed(twice)) {
        return end(new ReplayReport(home, List.of(), now), "nothing was changed");
      }
    }
    List<Step> done = new ArrayList<>();
    for (Planned one : planned) {
      done.add(carriedOut(one.step(), one.place(), ledger));
    }
    ReplayReport report = new ReplayReport(home, done, now);
    tell(report);
    return end(report, summary(report));
  }

  private void tell(ReplayReport report) {
    if (!common.json() && !report.steps().isEmpty()) {
      report.lines(terminal.columns()).forEach(terminal.out()::println);
    }
  }

  private static String summary(ReplayReport report) {
    return report.back()
        + " back, "
        + report.count(Action.STAYS)
        + " stay, "
        + report.count(Action.REFUSED)
        + " refused";
  }

  private int end(ReplayReport report, String summary) throws IOException {
    terminal.out().println(common.json() ? report.json(dryRun) : summary);
    return report.count(Action.REFUSED) > 0 ? ExitCode.JOBS_FAILED : ExitCode.OK;
  }

  /** On a terminal a person is asked; anybody else has to have said so before. */
  private boolean agreed(long count) throws IOException {
    if (!terminal.live()) {
      throw wrong(
          "--resend: " + count + " may be paid twice, and nobody is here to ask; write --yes too");
    }
    terminal.err().print(count + " may be paid twice. Send them again? [y/N] ");
    terminal.flush();
    String answer = new BufferedReader(answers).readLine();
    return answer != null && Set.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
  }

  /**
   * First the right to send, then the input: the other way round, a running app would refuse it.
   */
  private static Step carriedOut(Step step, ParkedInputs place, Optional<JobReleases> ledger) {
    if (step.action() == Action.STAYS || step.action() == Action.REFUSED) {
      return step;
    }
    // A name may be taken by the one before: then nothing is released either.
    Optional<String> obstacle = place.obstacle(step.parked());
    if (obstacle.isPresent()) {
      return step.refused(obstacle.get());
    }
    String by = System.getProperty("user.name", "an operator");
    boolean ready =
        !step.release()
            || (ledger.isPresent()
                && ledger.get().release(step.parked().jobKey(), step.standing(), by));
    if (!ready) {
      return step.refused("its job has changed meanwhile; replay it again");
    }
    try {
      place.putBack(step.parked());
      return step;
    } catch (FileAlreadyExistsException e) {
      return step.refused(ParkedInputs.TAKEN);
    } catch (NoSuchFileException e) {
      return step.refused("it was taken away meanwhile");
    } catch (IOException e) {
      return step.refused("it cannot be moved: " + e.getMessage());
    }
  }

  /** What happens to an input, and where it lies. */
  private record Planned(Step step, ParkedInputs place) {}

  private List<Planned> steps(List<Found> found, Optional<JobReleases> ledger) {
    ReplayPlan plan = new ReplayPlan(ledger, resend);
    return found.stream()
        .map(one -> new Planned(plan.step(one.parked(), one.place()), one.place()))
        // A reply that was garbage is put away as failed, and perhaps paid nevertheless.
        .filter(
            one ->
                !unknown
                    || one.step().parked().outcome() == Outcome.UNKNOWN
                    || one.step().perhapsPaid())
        .toList();
  }

  private Set<Outcome> outcomes() {
    Set<Outcome> known = EnumSet.complementOf(EnumSet.of(Outcome.DONE));
    if (states.isEmpty()) {
      return unknown ? known : EnumSet.of(Outcome.FAILED, Outcome.REJECTED, Outcome.INVALID);
    }
    Set<Outcome> asked = EnumSet.noneOf(Outcome.class);
    for (String state : states) {
      asked.add(
          known.stream()
              .filter(outcome -> outcome.name().equalsIgnoreCase(state.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      wrong(
                          "--state: '"
                              + state
                              + "' is none; write failed, rejected, invalid or unknown")));
    }
    return asked;
  }

  private Instant from(Instant now) {
    if (since == null) {
      return Instant.MIN;
    }
    String problem = "--since: '" + since + "' is no time; write 30m, 2h or 7d";
    if (!since.matches("\\d{1,6}[smhdSMHD]")) {
      throw wrong(problem);
    }
    String text = since.toUpperCase(Locale.ROOT);
    return now.minus(Duration.parse(text.endsWith("D") ? "P" + text : "PT" + text));
  }

  /** Those that are configured, or the one that was asked for. */
  private List<String> sources(Home home, Settings settings) {
    List<String> configured = settings.sources();
    if (source == null) {
      return configured;
    }
    if (configured.contains(source)) {
      if (!ReplayPlaces.knows(source)) {
        throw wrong("--source: where inputs of " + source + " are put away, only its route knows");
      }
      return List.of(source);
    }
    String those = String.join(",", configured);
    throw wrong(
        RouteFiles.names(home, "from").contains(source)
            ? "--source: volccv.sources=" + those + " has no " + source + "; add it there"
            : "--source: there is no source '" + source + "'; write one of " + those);
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  /** The ledger while it is asked; empty for one that outlives no app. */
  private record Ledger(Optional<JobReleases> jobs) implements AutoCloseable {
    @Override
    public void close() {
      jobs.ifPresent(JobReleases::close);
    }
  }
}
