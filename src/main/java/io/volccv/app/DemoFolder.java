package io.volccv.app;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code data/demo}: the same folders as {@code data}, emptied before each demo.
 *
 * @param folder absolute
 */
record DemoFolder(Path folder) {
  private static final List<String> PARTS =
      List.of("inbox", "outbox", "done", "failed", "rejected", "invalid", "unknown", "spool");
  private static final Pattern PICTURE = Pattern.compile("(?i).+\\.(jpe?g|png)");
  private static final Pattern SIDECAR = Pattern.compile("(?i).+\\.(ya?ml|json|txt)");

  static DemoFolder of(Home home) {
    return new DemoFolder(home.resolve("data/demo"));
  }

  /** The properties that point at these folders. */
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    PARTS.forEach(part -> properties.put("volccv." + part, folder.resolve(part).toString()));
    return properties;
  }

  /**
   * Empties the folders and puts the samples into the inbox.
   *
   * @return the names of the pictures, sorted
   */
  List<String> prepare(Home home) throws IOException {
    for (String part : PARTS) {
      clear(folder.resolve(part));
    }
    List<Path> samples = samples(home);
    Path inbox = Files.createDirectories(folder.resolve("inbox"));
    // Sidecars first: a picture may be taken the moment it is there.
    for (Path sidecar : samples.stream().filter(file -> matches(SIDECAR, file)).toList()) {
      Files.copy(sidecar, inbox.resolve(sidecar.getFileName()));
    }
    List<Path> pictures = samples.stream().filter(file -> matches(PICTURE, file)).toList();
    for (Path picture : pictures) {
      Files.copy(picture, inbox.resolve(picture.getFileName()));
    }
    if (pictures.isEmpty()) {
      throw new ConfigException(
          home.display(home.samples()), "has no pictures", "unpack the app again, or write --home");
    }
    return pictures.stream().map(picture -> picture.getFileName().toString()).toList();
  }

  private static List<Path> samples(Home home) {
    try (Stream<Path> files = Files.list(home.samples())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new ConfigException(
          home.display(home.samples()), "cannot be read; unpack the app again, or write --home", e);
    }
  }

  private static boolean matches(Pattern pattern, Path file) {
    return pattern.matcher(file.getFileName().toString()).matches();
  }

  /** Links are removed and not followed: what they point at is not the demo's. */
  private static void clear(Path part) throws IOException {
    if (!Files.exists(part)) {
      return;
    }
    Files.walkFileTree(
        part,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
