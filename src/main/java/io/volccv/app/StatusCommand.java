package io.volccv.app;

import io.volccv.ledger.LedgerReport;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code status}: what the ledger knows, while the app runs and when it doesn't. */
@Command(
    name = "status",
    description = {
      "Shows jobs by state, spending against the budget, quota in use, and the unknown ones.",
      "Reads only; the app may run or not."
    },
    sortOptions = false)
final class StatusCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private CommonOptions common;

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws IOException {
    Home home = common.home();
    Settings settings = new SettingsReader(home, System::getenv).read(common.properties());
    LedgerSettings ledger = new LedgerSettings(settings);
    String url =
        ledger
            .url()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "volccv.ledger",
                        "is memory, of which nothing outlives the app, so there is nothing to show",
                        "write jdbc:sqlite:data/ledger.db"));
    LedgerReport report = LedgerReport.read(url, ledger.quota(), ledger.budget());
    StatusReport text = new StatusReport(report, ledger.quota(), ledger.budget());
    if (common.json()) {
      terminal.out().println(text.json());
    } else {
      text.lines(terminal.columns(), Instant.now()).forEach(terminal.out()::println);
    }
    return ExitCode.OK;
  }
}
