package io.volccv.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, that is told what to do by lines and answers with lines. */
public final class Jvm implements AutoCloseable {

  private final Process process;
  private final Path log;
  private final PrintStream to;
  private final BufferedReader from;

  private Jvm(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.to = new PrintStream(process.getOutputStream(), true, UTF_8);
    this.from = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
  }

  /**
   * Starts {@code arguments} (options, class path, main class and its arguments).
   *
   * @param log where its standard error goes
   */
  public static Jvm start(Path log, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java());
    command.addAll(arguments);
    return new Jvm(new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
  }

  /** The Java that runs the benchmark. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Tells it something. */
  public void tell(String line) {
    to.println(line);
  }

  /**
   * Its next line that begins with {@code word}; others are passed over.
   *
   * @throws IOException when it has ended instead, with what it wrote
   */
  public String await(String word) throws IOException {
    for (String line = from.readLine(); line != null; line = from.readLine()) {
      if (line.startsWith(word)) {
        return line;
      }
    }
    throw new IOException("a process has ended: " + Files.readString(log));
  }

  /**
   * Keeps all of its threads on some processors, and those that they start.
   *
   * @param processors their numbers, such as {@code 1-3}
   * @throws IOException when the system does not let it
   */
  public void keepOn(String processors) throws IOException {
    command(
        "taskset", "--all-tasks", "--cpu-list", "--pid", processors, Long.toString(process.pid()));
  }

  /** Keeps those of its threads on some processors whose names begin so. */
  public void keepOn(String processors, List<String> prefixes) throws IOException {
    for (String task : tasks(prefixes)) {
      command("taskset", "--cpu-list", "--pid", processors, task);
    }
  }

  /**
   * Lets those of its threads whose names begin so work only while a processor has nothing else.
   */
  public void comeLast(List<String> prefixes) throws IOException {
    for (String task : tasks(prefixes)) {
      command("chrt", "--idle", "--pid", "0", task);
    }
  }

  private static void command(String... words) throws IOException {
    Process tool = new ProcessBuilder(words).redirectErrorStream(true).start();
    try (BufferedReader answer = tool.inputReader(UTF_8)) {
      String said = answer.lines().collect(joining("\n"));
      if (tool.waitFor() != 0) {
        throw new IOException(words[0] + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("asked to stop");
    }
  }

  /** How many of its threads have names that begin so; the system keeps 15 characters of each. */
  public int threads(List<String> prefixes) throws IOException {
    return tasks(prefixes).size();
  }

  private List<String> tasks(List<String> prefixes) throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> tasks =
        Files.newDirectoryStream(Path.of("/proc/" + process.pid() + "/task"))) {
      for (Path task : tasks) {
        String name = ThreadFile.read(task.resolve("comm"));
        if (prefixes.stream().anyMatch(name::startsWith)) {
          found.add(task.getFileName().toString());
        }
      }
    }
    return found;
  }

  /** Ends it by the end of its standard input. */
  @Override
  public void close() {
    to.close();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
