package io.volccv.quota;

import io.volccv.sandbox.Sandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Several {@link QuotaWorker} processes on one ledger and one sandbox. */
final class Workers implements AutoCloseable {

  /**
   * What one process says at its end.
   *
   * @param p99 the wait at the 99th percentile, in milliseconds
   */
  record Report(int made, int overBudget, int failed, long p99) {}

  private final List<Process> processes = new ArrayList<>();
  private final List<BufferedReader> outputs = new ArrayList<>();

  /**
   * Starts them, and returns when all are ready.
   *
   * @param mixed what a {@link QuotaWorker} wants to know for a mixed run
   */
  Workers(
      int count,
      String ledger,
      Path folder,
      Sandbox sandbox,
      double rate,
      int concurrency,
      int budget,
      int callers,
      int seconds,
      String... mixed)
      throws IOException {
    for (int i = 0; i < count; i++) {
      Path own = Files.createDirectories(folder.resolve("process-" + processes.size()));
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx128m",
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  QuotaWorker.class.getName(),
                  ledger,
                  own.toString(),
                  sandbox.gateway().toString(),
                  Double.toString(rate),
                  Integer.toString(concurrency),
                  Integer.toString(budget),
                  Integer.toString(callers),
                  Integer.toString(seconds)));
      command.addAll(List.of(mixed));
      Process process =
          new ProcessBuilder(command).redirectError(own.resolve("stderr").toFile()).start();
      processes.add(process);
      outputs.add(process.inputReader(StandardCharsets.UTF_8));
    }
    for (BufferedReader output : outputs) {
      String line = output.readLine();
      if (!"ready".equals(line)) {
        throw new IllegalStateException("a worker did not start: " + line + ", see " + folder);
      }
    }
  }

  /** Waits for their ends. */
  List<Report> reports() throws IOException {
    List<Report> reports = new ArrayList<>();
    for (BufferedReader output : outputs) {
      String line = output.readLine();
      if (line == null) {
        throw new IllegalStateException("a worker ended without a report");
      }
      String[] words = line.split(" ");
      reports.add(
          new Report(
              Integer.parseInt(words[0]),
              Integer.parseInt(words[1]),
              Integer.parseInt(words[2]),
              Long.parseLong(words[3])));
    }
    return reports;
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
  }
}
