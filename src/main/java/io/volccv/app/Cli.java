package io.volccv.app;

import io.volccv.ledger.LedgerUnusableException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The commands, and how their ends become exit codes. */
final class Cli {
  private static final String DEFAULT_COMMAND = "run";
  private static final List<String> ABOUT_THE_APP = List.of("--help", "-h", "--version", "-V");

  private final Terminal terminal;
  private final Termination termination;
  private final Reader answers;

  Cli(Terminal terminal, Termination termination) {
    this(terminal, termination, new InputStreamReader(System.in, Charset.defaultCharset()));
  }

  /**
   * @param answers what a person answers when a command asks
   */
  Cli(Terminal terminal, Termination termination, Reader answers) {
    this.terminal = terminal;
    this.termination = termination;
    this.answers = answers;
  }

  int execute(String... args) {
    CommandLine commands =
        new CommandLine(new Root())
            .addSubcommand(new RunCommand(terminal, termination))
            .addSubcommand(new DemoCommand(terminal, termination))
            .addSubcommand(new CheckCommand(terminal))
            .addSubcommand(new PlanCommand(terminal))
            .addSubcommand(new PromptCommand(terminal))
            .addSubcommand(new ProvenanceCommand(terminal))
            .addSubcommand(new SandboxCommand(terminal, termination))
            .addSubcommand(new StatusCommand(terminal))
            .addSubcommand(new ReplayCommand(terminal, answers));
    commands.getSubcommands().values().forEach(Cli::explain);
    commands
        .setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(ansi()))
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((wrong, line) -> misused(wrong))
        .setExecutionExceptionHandler((failure, command, parsed) -> report(failure));
    try {
      return commands.execute(withCommand(args));
    } finally {
      terminal.flush();
      termination.finished();
    }
  }

  private static void explain(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help.")
                .build());
  }

  private Ansi ansi() {
    return terminal.color() ? Ansi.ON : Ansi.OFF;
  }

  private static String[] withCommand(String[] args) {
    if (args.length > 0 && (!args[0].startsWith("-") || ABOUT_THE_APP.contains(args[0]))) {
      return args;
    }
    List<String> all = new ArrayList<>();
    all.add(DEFAULT_COMMAND);
    all.addAll(Arrays.asList(args));
    return all.toArray(String[]::new);
  }

  private int misused(ParameterException wrong) {
    CommandLine command = wrong.getCommandLine();
    terminal.err().println(DisplayText.oneLine(wrong.getMessage()));
    UnmatchedArgumentException.printSuggestions(wrong, terminal.err());
    terminal.err().println("see " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USAGE;
  }

  private int report(Exception failure) throws Exception {
    if (failure instanceof ConfigException config) {
      terminal.err().println(config.getMessage());
      return ExitCode.CONFIGURATION;
    }
    if (failure instanceof LedgerUnusableException unusable) {
      terminal.err().println(DisplayText.oneLine("ledger: " + unusable.getMessage()));
      return ExitCode.LEDGER;
    }
    throw failure;
  }

  @Command(
      name = "volccv",
      mixinStandardHelpOptions = true,
      description = {
        "Makes pictures from pictures and prompts with the Volcengine visual API.",
        "Without a command: run."
      },
      footer = {"", "Each command explains itself: volccv COMMAND --help"},
      synopsisSubcommandLabel = "COMMAND",
      versionProvider = Version.class)
  private static final class Root {}

  /** From the jar's manifest, which a run from classes does not have. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = VolcCvApp.class.getPackage().getImplementationVersion();
      return new String[] {"volccv " + (version == null ? "(development)" : version)};
    }
  }
}
