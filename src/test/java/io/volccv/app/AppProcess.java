package io.volccv.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.awaitility.core.TerminalFailureException;

/**
 * {@code run} in a process of its own: of the packaged app that the system property {@value
 * #PACKAGED} names, else of the classes under test.
 */
final class AppProcess implements AutoCloseable {

  /** The folder of a packaged app, such as {@code target/volccv}. */
  static final String PACKAGED = "volccv.packaged";

  private static final String JVM = "-Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
  private static final long LONGEST_SECONDS = Long.getLong("volccv.longestSeconds", 120);

  private final Process process;
  private final Path log;

  private AppProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Where the app is whose files are tried: the packaged one, or this project. */
  static Path origin() {
    return Path.of(System.getProperty(PACKAGED, "")).toAbsolutePath();
  }

  static AppProcess run(Path home, Map<String, String> environment, String... more)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (System.getProperty(PACKAGED) == null) {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of(JVM.split(" ")));
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.add(VolcCvApp.class.getName());
    } else {
      command.add(origin().resolve("bin/volccv").toString());
    }
    command.addAll(List.of("run", "--home", home.toString()));
    command.addAll(List.of(more));
    Path log = home.resolve("app.log");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().put("VOLCCV_JAVA_OPTS", JVM);
    builder.environment().putAll(environment);
    return new AppProcess(builder.start(), log);
  }

  /** Waits for something that the app is to do. */
  void await(Callable<Boolean> condition) throws IOException {
    await(condition, () -> "");
  }

  /**
   * Waits for something that the app is to do.
   *
   * @param state what to say when it does not
   */
  void await(Callable<Boolean> condition, Supplier<String> state) throws IOException {
    try {
      Awaitility.await()
          .atMost(LONGEST_SECONDS, TimeUnit.SECONDS)
          .failFast("the app has ended", () -> !process.isAlive())
          .until(condition);
    } catch (ConditionTimeoutException | TerminalFailureException e) {
      throw new AssertionError(log() + state.get(), e);
    }
  }

  String log() throws IOException {
    return Files.readString(log, StandardCharsets.UTF_8);
  }

  /** SIGKILL. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM, and the exit code. */
  int terminate() throws InterruptedException, IOException {
    process.destroy();
    return end();
  }

  /** Its exit code, when it has come to its end by itself. */
  int end() throws InterruptedException, IOException {
    if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the app does not end: " + log());
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
