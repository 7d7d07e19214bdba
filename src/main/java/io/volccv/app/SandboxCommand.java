package io.volccv.app;

import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sandbox}: the offline stand-in for the API, as a process of its own. */
@Command(
    name = "sandbox",
    description = "Answers like the API, offline and free of charge, on this machine only.",
    sortOptions = false,
    showDefaultValues = true)
final class SandboxCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Termination termination;

  @Spec private CommandSpec spec;
  @Mixin private CommonOptions common;

  @Option(names = "--port", paramLabel = "N", description = "Where to listen; 0: any free port.")
  private int port = 9180;

  @Option(names = "--host", paramLabel = "NAME", description = "A loopback name or address.")
  private String host = "127.0.0.1";

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description = "The key of the gateway door /volcv/v1.")
  private String apiKey = "sandbox-key";

  @Option(
      names = "--access-key-id",
      paramLabel = "ID",
      description = "The access key of the signed door /.")
  private String accessKeyId = "AKLTSANDBOX";

  @Option(names = "--secret-access-key", paramLabel = "SECRET", description = "Its secret.")
  private String secretAccessKey = "c2FuZGJveC1zZWNyZXQ=";

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Paid calls per second; more are throttled.")
  private @Nullable Double rate;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Calls and unfinished tasks at the same time; more are throttled.")
  private @Nullable Integer concurrency;

  @Option(
      names = "--latency",
      paramLabel = "TIME",
      description = "How long a call or a task takes: 200ms, or 0.2s..8s.")
  private @Nullable String latency;

  @Option(names = "--url-ttl", paramLabel = "TIME", description = "How long a result URL lives.")
  private String urlTtl = "24h";

  @Option(
      names = "--task-ttl",
      paramLabel = "TIME",
      description = "How long a task can be asked for.")
  private String taskTtl = "12h";

  @Option(
      names = "--faults",
      paramLabel = "FILE",
      description = {
        "Faults to begin with, as JSON: [{\"match\":{\"n\",\"prompt\",\"action\"},\"do\",\"value\"}].",
        "A task itself fails with {\"do\":\"code\",\"value\":{\"task\":50511}}."
      })
  private @Nullable Path faults;

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "Keeps bill and tasks over a restart.")
  private @Nullable Path state;

  SandboxCommand(Terminal terminal, Termination termination) {
    this.terminal = terminal;
    this.termination = termination;
  }

  @Override
  public Integer call() throws InterruptedException {
    common.home();
    try (Sandbox sandbox = start()) {
      terminal
          .out()
          .println(
              common.json()
                  ? "{\"url\":\"" + sandbox.uri() + "\"}"
                  : "sandbox listening on " + sandbox.uri());
      terminal.flush();
      termination.await();
    }
    return ExitCode.TERMINATED;
  }

  private Sandbox start() {
    try {
      return Sandbox.start(options());
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    } catch (UncheckedIOException e) {
      IOException cause = e.getCause();
      throw cause instanceof FileSystemException file
          ? new ConfigException(file.getFile(), reason(file) + "; write another file", e)
          : new ConfigException("--port", cause.getMessage() + "; write another port, or 0", e);
    }
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? "cannot be used (" + e + ")" : e.getReason();
  }

  private SandboxOptions options() {
    SandboxOptions options =
        SandboxOptions.defaults()
            .withPort(port)
            .withHost(host)
            .withApiKey(apiKey)
            .withAccessKeys(accessKeyId, secretAccessKey)
            .withRate(rate)
            .withConcurrency(concurrency)
            .withUrlTtl(parsed("--url-ttl", urlTtl, SandboxOptions::duration))
            .withTaskTtl(parsed("--task-ttl", taskTtl, SandboxOptions::duration))
            .withFaults(faults)
            .withState(state);
    return latency == null
        ? options
        : options.withLatency(parsed("--latency", latency, SandboxOptions.Latency::parse));
  }

  private <T> T parsed(String option, String text, Function<String, T> parser) {
    try {
      return parser.apply(text);
    } catch (IllegalArgumentException e) {
      throw wrong(option + ": " + e.getMessage(), e);
    }
  }

  private ParameterException wrong(String message, Exception cause) {
    return new ParameterException(spec.commandLine(), message, cause);
  }
}
