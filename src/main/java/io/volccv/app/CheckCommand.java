package io.volccv.app;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.error.UnauthorizedException;
import io.volccv.error.UnreachableException;
import io.volccv.ledger.LedgerReport;
import io.volccv.ledger.MissingLedgerException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.Route;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code check}: whether a run would start. */
@Command(
    name = "check",
    description = {
      "Checks configuration, routes, prompt and ledger as a run does when it starts.",
      "Takes nothing and makes nothing; the app may run or not."
    },
    sortOptions = false)
final class CheckCommand implements Callable<Integer> {
  /** Nobody's: to ask for its result is free, and tells whether the credentials are accepted. */
  private static final String NO_TASK = "1";

  private final Terminal terminal;
  private final Map<String, String> good = new LinkedHashMap<>();

  @Mixin private CommonOptions common;

  @Option(
      names = "--service",
      description = "Also ask the service, free of charge, whether it accepts the credentials.")
  private boolean service;

  CheckCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    Settings settings = new SettingsReader(home, System::getenv).read(common.properties());
    good.put("configuration", home.display(home.config()));
    good.put("prompt", settings.get("volccv.prompt"));
    good.put("model", settings.get("volccv.reqKey") + ", " + settings.get("volccv.operation"));
    good.put("ledger", ledger(settings));
    int code = ExitCode.OK;
    try (CamelApp app = CamelApp.withoutSources(settings, new RehearsalLedger())) {
      good.put(
          "routes",
          String.join(", ", app.context().getRoutes().stream().map(Route::getRouteId).toList()));
      if (service) {
        code = ask(app, settings.get("volccv.reqKey"));
      }
    }
    tell(code == ExitCode.OK);
    return code;
  }

  private static String ledger(Settings settings) {
    LedgerSettings ledger = new LedgerSettings(settings);
    Optional<String> url = ledger.url();
    if (url.isEmpty()) {
      return "memory: forgotten at the end of the process";
    }
    String kind = url.get().replaceFirst("^(jdbc:[a-z]+).*", "$1");
    try {
      LedgerReport report = LedgerReport.read(url.get(), ledger.quota(), ledger.budget());
      long jobs = report.states().values().stream().mapToLong(Long::longValue).sum();
      return kind + ", " + jobs + " jobs";
    } catch (MissingLedgerException none) {
      return kind + ", none yet: the first run makes it";
    }
  }

  /** Any answer about the task means that the service knows who asks. */
  private int ask(CamelApp app, String reqKey) throws IOException {
    CvException answer = answer(app, reqKey);
    if (answer instanceof UnauthorizedException) {
      terminal.err().println(DisplayText.oneLine("unauthorized: " + answer.getMessage()));
      return ExitCode.UNAUTHORIZED;
    }
    if (answer instanceof UnreachableException || (answer != null && answer.getCode() == null)) {
      terminal.err().println(DisplayText.oneLine("service: " + answer.getMessage()));
      return ExitCode.JOBS_FAILED;
    }
    good.put("service", app.baseUrl() + " accepts the credentials");
    return ExitCode.OK;
  }

  /** Null when it knows the task after all. */
  private static @Nullable CvException answer(CamelApp app, String reqKey) throws IOException {
    try (FluentProducerTemplate template = app.context().createFluentProducerTemplate()) {
      Exchange exchange =
          template
              .to("volccv:result?reqKey=" + reqKey)
              .withHeader("CamelVolcCvTaskId", NO_TASK)
              .send();
      Throwable failure = exchange.getException();
      if (failure == null) {
        return null;
      }
      if (Failures.cause(failure) instanceof CvException typed) {
        return typed;
      }
      throw new IllegalStateException("the question could not be asked", failure);
    }
  }

  private void tell(boolean ok) throws IOException {
    if (common.json()) {
      ObjectNode report = new JsonMapper().createObjectNode().put("ok", ok);
      good.forEach(report.putObject("checks")::put);
      terminal.out().println(new JsonMapper().writeValueAsString(report));
      return;
    }
    String mark = Style.GREEN.on("✓", terminal);
    good.forEach(
        (what, found) ->
            terminal.out().println("  " + mark + " " + DisplayText.padRight(what, 14) + found));
  }
}
