package io.volccv.app;

import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A source of files, each with a sidecar that has the name; on this machine or on a server. */
final class MatrixFiles implements MatrixSource.Opened {
  private final Path root;
  private final List<String> config;
  private final AutoCloseable server;
  private final Map<String, String> names = new HashMap<>();

  /**
   * @param root has {@code inbox}, {@code done} and so on
   */
  MatrixFiles(Path root, List<String> config, AutoCloseable server) {
    this.root = root;
    this.config = config;
    this.server = server;
  }

  @Override
  public List<String> config() {
    return config;
  }

  /** The files' own names are such as people give. */
  @Override
  public void ask(String name, byte[] photo) throws IOException {
    String file = List.of("", "cats/", "x/y/").get(names.size() % 3) + "猫 [" + names.size() + "]";
    names.put(file, name);
    Path picture = root.resolve("inbox").resolve(file + ".png");
    Files.createDirectories(picture.getParent());
    Files.writeString(
        picture.resolveSibling(base(picture) + ".yaml"), "fields: {name: " + name + "}");
    Files.write(picture, photo);
  }

  @Override
  public Set<String> ended(Outcome outcome) throws IOException {
    Set<String> ended = new TreeSet<>();
    Path folder = root.resolve(outcome.name().toLowerCase(Locale.ROOT));
    for (String file : TestServer.filesBelow(folder)) {
      Path reason = folder.resolve(file + ".error.json");
      if (file.endsWith(".png") && (outcome == Outcome.DONE || Files.exists(reason))) {
        ended.add(names.get(file.replaceFirst("\\.png$", "")));
      }
    }
    return ended;
  }

  /** But for sidecars, which follow their pictures: what is killed in between leaves one behind. */
  @Override
  public boolean isEmpty() {
    return TestServer.filesBelow(root.resolve("inbox")).stream()
        .noneMatch(file -> file.endsWith(".png"));
  }

  @Override
  public void close() throws Exception {
    server.close();
  }

  private static String base(Path file) {
    return file.getFileName().toString().replaceFirst("\\.png$", "");
  }
}
