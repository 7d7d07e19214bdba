package io.volccv.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A Java process of ours, killed at the latest when the tests end. */
final class Child implements AutoCloseable {

  private static final Set<Process> ALL = ConcurrentHashMap.newKeySet();
  private static final long LONGEST_SECONDS = 120;

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> ALL.forEach(Process::destroyForcibly)));
  }

  private final Process process;
  private final BufferedReader out;
  private final Path errors;

  private Child(Process process, Path errors) {
    this.process = process;
    this.out = process.inputReader(StandardCharsets.UTF_8);
    this.errors = errors;
  }

  /**
   * @param errors where its log goes, after what is there
   */
  static Child start(Class<?> main, Path errors, List<String> args) throws IOException {
    return start(List.of(), main, errors, args);
  }

  /**
   * @param before a program that starts it
   */
  static Child start(List<String> before, Class<?> main, Path errors, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(before);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx96m");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+UnlockDiagnosticVMOptions");
    command.add("-XX:-BytecodeVerificationRemote");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(args);
    Process process =
        new ProcessBuilder(command)
            .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
            .start();
    ALL.add(process);
    return new Child(process, errors);
  }

  /** What it says first; empty when it ends before. */
  String greeting() throws IOException {
    String line = out.readLine();
    return line == null ? "" : line;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Waits for its end. */
  int end() throws InterruptedException, IOException {
    return end(LONGEST_SECONDS);
  }

  /** Waits for its end, so long at most. */
  int end(long seconds) throws InterruptedException, IOException {
    if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
      kill();
      throw new IllegalStateException("a process did not end: " + log());
    }
    ALL.remove(process);
    return process.exitValue();
  }

  String log() throws IOException {
    return Files.readString(errors);
  }

  /** SIGKILL to the process itself. */
  void kill() throws InterruptedException {
    process.destroyForcibly();
    process.waitFor();
    ALL.remove(process);
  }

  void stop() throws IOException, InterruptedException {
    signal("-STOP");
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", name, String.valueOf(process.pid())).start().waitFor();
  }

  /** Whether a signal has stopped it. */
  boolean isStopped() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
