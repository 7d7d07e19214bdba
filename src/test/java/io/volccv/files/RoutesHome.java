package io.volccv.files;

import io.volccv.model.CvResult;
import io.volccv.model.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.apache.camel.Component;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;

/**
 * A home folder with the shipped routes running in it, against {@link FakeVolcCv} if nothing else
 * is given.
 */
final class RoutesHome implements AutoCloseable {

  final Path folder;
  final ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
  final FakeVolcCv volccv = new FakeVolcCv(threads);
  final List<Job> started = new CopyOnWriteArrayList<>();
  final List<Ended> ended = new CopyOnWriteArrayList<>();
  final List<Job> stayed = new CopyOnWriteArrayList<>();
  final List<Throwable> refusals = new CopyOnWriteArrayList<>();
  final Properties properties = new Properties();
  final DefaultCamelContext context = new DefaultCamelContext();

  /** The policy, as shipped or with a change. */
  Path errors = Path.of("routes/errors.yaml");

  record Ended(
      Job job, Job.Outcome outcome, CvResult result, List<Path> written, Throwable reason) {}

  RoutesHome(Path folder) throws IOException {
    this.folder = folder;
    for (String name :
        List.of("inbox", "outbox", "done", "failed", "rejected", "invalid", "unknown")) {
      properties.setProperty("volccv." + name, folder.resolve(name).toString());
    }
    properties.setProperty("volccv.reqKey", "model_x");
    properties.setProperty("volccv.operation", "generate");
    properties.setProperty("volccv.prompt", "restyle");
    properties.setProperty("volccv.params", "file:config/params/restyle.yaml");
    Files.createDirectories(inbox());
  }

  RoutesHome start() throws Exception {
    return start(volccv);
  }

  RoutesHome start(Component component) throws Exception {
    context.getPropertiesComponent().setInitialProperties(properties);
    context.addComponent("volccv", component);
    context.getRegistry().bind("listener", JobListener.class, listener());
    List<Resource> routes = new ArrayList<>();
    for (String name : List.of("from-folder", "picture", "to-folder")) {
      routes.add(
          PluginHelper.getResourceLoader(context).resolveResource("file:routes/" + name + ".yaml"));
    }
    routes.add(PluginHelper.getResourceLoader(context).resolveResource("file:" + errors));
    PluginHelper.getRoutesLoader(context).loadRoutes(routes);
    bean(Retries.class).setFirstDelayMillis(20);
    bean(InProgress.class).setLeaveAloneMillis(600_000);
    bean(IntakeGate.class).setRestMillis(600_000);
    context.start();
    return this;
  }

  <T> T bean(Class<T> type) {
    return context.getRegistry().findSingleByType(type);
  }

  Path inbox() {
    return folder.resolve("inbox");
  }

  /** Puts a file into the inbox that is old enough to be taken at once. */
  Path drop(String name, String content) {
    try {
      Path file = inbox().resolve(name);
      Path part = Files.createTempFile(folder, "drop", ".part");
      Files.writeString(part, content);
      Files.setLastModifiedTime(
          part, java.nio.file.attribute.FileTime.fromMillis(System.currentTimeMillis() - 5_000));
      Files.createDirectories(file.getParent());
      return Files.move(part, file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String read(String name) {
    try {
      return Files.readString(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files below a folder of the home, sorted, with {@code /}. */
  List<String> files(String name) {
    Path root = folder.resolve(name);
    if (!Files.exists(root)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(root)) {
      return List.copyOf(
          new TreeSet<>(
              all.filter(file -> !Files.isDirectory(file, java.nio.file.LinkOption.NOFOLLOW_LINKS))
                  .map(file -> root.relativize(file).toString())
                  .toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> outcomes() {
    return ended.stream().map(end -> end.job().name() + " " + end.outcome()).sorted().toList();
  }

  @Override
  public void close() {
    context.stop();
    threads.shutdownNow();
  }

  private JobListener listener() {
    return new JobListener() {
      @Override
      public void started(Job job) {
        started.add(job);
      }

      @Override
      public void ended(
          Job job, Job.Outcome outcome, CvResult result, List<Path> written, Throwable reason) {
        ended.add(new Ended(job, outcome, result, Collections.unmodifiableList(written), reason));
      }

      @Override
      public void stayed(Job job, Throwable reason) {
        refusals.add(reason);
        stayed.add(job);
      }
    };
  }
}
