package io.volccv.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies on this machine of inputs that are on a server. Camel forgets them as soon as a route
 * removes its headers, and what a killed app had fetched nobody would look for.
 */
final class LocalCopies {

  private static final Logger LOG = LoggerFactory.getLogger(LocalCopies.class);

  private LocalCopies() {}

  /** The exchange of this copy is done. */
  static void delete(Path copy) {
    try {
      Files.deleteIfExists(copy);
    } catch (IOException e) {
      LOG.warn("Cannot delete {}, of which nothing is needed any more: {}", copy, e.toString());
    }
  }

  /**
   * Before the first copy is made: empties the folder.
   *
   * @param folder of one source alone; null when there is none
   */
  static void sweep(@Nullable String folder) {
    Path root = folder == null ? null : Path.of(folder);
    if (root == null || !Files.isDirectory(root)) {
      return;
    }
    try (Stream<Path> all = Files.walk(root)) {
      List<Path> left =
          all.filter(path -> !path.equals(root)).sorted(Comparator.reverseOrder()).toList();
      left.forEach(LocalCopies::delete);
    } catch (IOException e) {
      LOG.warn("Cannot empty {}: {}", root, e.toString());
    }
  }
}
