package io.volccv.app;

import static org.awaitility.Awaitility.await;

import io.volccv.files.JobListener;
import io.volccv.files.Retries;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.testing.SandboxExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The shipped app in a folder of its own, changed by nothing but lines of its configuration. */
final class RemoteHome implements AutoCloseable {
  static final byte[] PHOTO = photo();

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "FTP_PASSWORD", FtpTestServer.PASSWORD,
          "SFTP_PASSWORD", SftpTestServer.PASSWORD,
          "QUEUE_PASSWORD", QueueClient.PASSWORD,
          "WEBHOOK_SECRET", "a secret");

  final Path folder;
  final List<Job> started = new CopyOnWriteArrayList<>();
  final List<Ended> ended = new CopyOnWriteArrayList<>();
  final List<String> lines = new ArrayList<>();
  private final List<TestServer> servers = new ArrayList<>();
  private volatile CompletableFuture<Void> released = CompletableFuture.completedFuture(null);
  private int sinkRetries = 100;
  private CamelApp app;

  record Ended(String name, Job.Outcome outcome, Throwable reason) {}

  RemoteHome(Path folder, SandboxExtension sandbox) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    for (String part : List.of("routes", "config")) {
      copy(AppProcess.origin().resolve(part), folder.resolve(part));
    }
    lines.add("camel.component.volccv.apiKey=" + sandbox.apiKey());
    lines.add("camel.component.volccv.baseUrl=" + sandbox.gateway());
    lines.add("camel.component.volccv.accessKeyId=");
    lines.add("camel.component.volccv.secretAccessKey=");
    lines.add("camel.component.volccv.sessionToken=");
    lines.add("camel.main.shutdownTimeout=10");
  }

  RemoteHome config(String... more) {
    return config(List.of(more));
  }

  RemoteHome config(List<String> more) {
    lines.addAll(more);
    return this;
  }

  Settings settings() {
    Map<String, String> overrides = new LinkedHashMap<>();
    lines.forEach(
        line -> {
          int at = line.indexOf('=');
          overrides.put(line.substring(0, at), line.substring(at + 1));
        });
    return new SettingsReader(new Home(folder), ENVIRONMENT::get).read(overrides);
  }

  /** Writes the lines into the configuration's file, in place of those that are there. */
  RemoteHome write() throws IOException {
    Path file = folder.resolve("config/application.properties");
    List<String> text = new ArrayList<>(Files.readAllLines(file));
    for (String line : lines) {
      String key = line.substring(0, line.indexOf('=') + 1);
      text.removeIf(old -> old.startsWith(key));
      text.add(line);
    }
    Files.write(file, text);
    return this;
  }

  /** Starts a server, which is closed after the app. */
  <T extends TestServer> T open(T server) throws Exception {
    servers.add(server);
    server.start();
    return server;
  }

  /** Starts the only server that photos come from. */
  <T extends TestServer> T source(T server) throws Exception {
    open(server);
    config(server.config(server.kind() + ".")).config("volccv.sources=" + server.kind());
    return server;
  }

  /** A process of the app with the configuration that was {@link #write written}. */
  AppProcess run(String... more) throws IOException {
    return AppProcess.run(folder, ENVIRONMENT, more);
  }

  RemoteHome start() {
    app = CamelApp.start(settings(), listener());
    app.context().getRegistry().findByType(Retries.class).forEach(this::hurry);
    return this;
  }

  /** How often a sink is tried again; when not set, for longer than a server takes to come back. */
  RemoteHome sinkRetries(int retries) {
    this.sinkRetries = retries;
    return this;
  }

  /** A test does not wait a minute for the next try. */
  private void hurry(Retries retries) {
    retries.setFirstDelayMillis(50);
    retries.setMaximumDelayMillis(500);
    retries.setSinkRetries(sinkRetries);
  }

  /** Jobs that have started go no further, until they are released. */
  void holdJobs() {
    released = new CompletableFuture<>();
  }

  void releaseJobs() {
    released.complete(null);
  }

  CamelApp app() {
    return app;
  }

  Path drop(String name, byte[] content) throws IOException {
    Path file = folder.resolve("data/inbox").resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, content);
  }

  /** Until so many inputs have ended, well or not. */
  void waitForEnds(int count) {
    await().atMost(20, TimeUnit.SECONDS).until(() -> ended.size() >= count);
  }

  @Override
  public void close() {
    releaseJobs();
    if (app != null) {
      app.close();
    }
    try {
      for (TestServer server : servers) {
        server.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JobListener listener() {
    return new JobListener() {
      @Override
      public void started(Job job) {
        started.add(job);
        released.join();
      }

      @Override
      public void ended(
          Job job, Job.Outcome outcome, CvResult result, List<Path> written, Throwable reason) {
        ended.add(new Ended(job.name(), outcome, reason));
      }
    };
  }

  private static byte[] photo() {
    try {
      return Files.readAllBytes(Path.of("samples/chelsea.png"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }
}
