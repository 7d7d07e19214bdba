package io.volccv.bench.app;

import io.volccv.bench.Bench;
import io.volccv.bench.Payload;
import io.volccv.bench.WorkFolder;
import io.volccv.bench.client.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged app with a home of its own, in which one edits nothing but the configuration. */
final class AppHome implements AutoCloseable {

  /** Older than a file has to be before it is taken. */
  private static final Duration AGE = Duration.ofMinutes(1);

  private static final Duration MOST = Duration.ofMinutes(5);

  private final Bench bench;
  private final WorkFolder folder;

  private AppHome(Bench bench, WorkFolder folder) {
    this.bench = bench;
    this.folder = folder;
  }

  static AppHome create(Bench bench) throws IOException {
    AppHome home = new AppHome(bench, WorkFolder.create(bench, "home"));
    for (String part : List.of("routes", "config")) {
      copy(bench.appHome().resolve(part), home.resolve(part));
    }
    Files.createDirectories(home.resolve("data/inbox"));
    return home;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  Path resolve(String path) {
    return folder.path().resolve(path);
  }

  /** Pictures that differ, since the same one would be the same job. */
  void fill(Payload payload, int count) throws IOException {
    FileTime old = FileTime.from(Instant.now().minus(AGE));
    for (int i = 0; i < count; i++) {
      Path file = resolve(String.format("data/inbox/%08d.png", i));
      Files.setLastModifiedTime(Files.write(file, payload.input(i)), old);
    }
  }

  /** How many pictures are in the outbox. */
  long pictures() throws IOException {
    return count("data/outbox", ".png");
  }

  long count(String path, String ending) throws IOException {
    if (!Files.isDirectory(resolve(path))) {
      return 0;
    }
    try (Stream<Path> files = Files.list(resolve(path))) {
      return files.filter(file -> file.toString().endsWith(ending)).count();
    }
  }

  /**
   * Runs the app until its inbox is empty.
   *
   * @param port of the server
   * @param java options of the JVM
   * @param properties as {@code key=value}
   * @return the exit code; -1 when it did not end in time
   */
  int run(int port, List<String> java, String... properties)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(bench.appHome().resolve("bin/volccv").toString());
    command.addAll(List.of("run", "--once", "--home", folder.path().toString()));
    command.add("-Dvolccv.operation=process");
    Arrays.stream(properties).map("-D"::concat).forEach(command::add);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(bench.folder().resolve("app.log").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("VOLCCV_JAVA_OPTS", String.join(" ", java));
    builder.environment().put("VOLC_API_KEY", Target.API_KEY);
    builder.environment().put("VOLC_BASE_URL", "http://127.0.0.1:" + port + "/");
    Process process = builder.start();
    if (!process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      return -1;
    }
    return process.exitValue();
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
