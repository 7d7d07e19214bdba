package io.volccv.bench.app;

import io.volccv.bench.Bench;
import io.volccv.bench.Finding;
import io.volccv.bench.Part;
import io.volccv.bench.Payload;
import io.volccv.bench.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * The folder source with many files and a small heap: the shipped route, from which the middle is
 * cut, so that it is the source that is measured.
 */
public final class FolderPart implements Part {

  private static final int FILES = 100_000;

  /** Instead of routes/picture.yaml: notes each file that comes. */
  private static final String MIDDLE =
      """
      - route:
          id: picture
          routeConfigurationId: errors
          from:
            uri: direct:picture
            steps:
              - setProperty: {name: name, simple: "${header.CamelFileName}"}
              - setBody: {simple: "${exchangeProperty.name}/"}
              - to:
                  uri: file
                  parameters:
                    directoryName: "{{volccv.outbox}}"
                    fileName: seen.txt
                    fileExist: Append
      """;

  @Override
  public String name() {
    return "folder";
  }

  @Override
  public List<Finding> run(Bench bench) throws IOException, InterruptedException {
    try (Server server = Server.start(bench.folder())) {
      return List.of(source(bench, server));
    }
  }

  private static Finding source(Bench bench, Server server)
      throws IOException, InterruptedException {
    try (AppHome home = AppHome.create(bench)) {
      Files.writeString(home.resolve("routes/picture.yaml"), MIDDLE);
      home.fill(Payload.T, FILES);
      int code = home.run(server.port(Payload.T, 0), List.of("-Xmx64m"));
      Path seen = home.resolve("data/outbox/seen.txt");
      List<String> names = List.of(Files.readString(seen).split("/"));
      int different = new HashSet<>(names).size();
      long done = home.count("data/done", ".png");
      double perSecond = names.size() / seconds(seen);
      boolean once = code == 0 && names.size() == FILES && different == FILES && done == FILES;
      return new Finding(
          FILES + " files from a folder, in 64 MB of heap",
          "each once, >= 1000 a second",
          String.format(
              Locale.ROOT,
              "%d came, %d different, %d done, %.0f a second",
              names.size(),
              different,
              done,
              perSecond),
          once && perSecond >= 1000);
    }
  }

  private static double seconds(Path file) throws IOException {
    BasicFileAttributes times = Files.readAttributes(file, BasicFileAttributes.class);
    return Duration.between(times.creationTime().toInstant(), times.lastModifiedTime().toInstant())
            .toMillis()
        / 1000.0;
  }
}
