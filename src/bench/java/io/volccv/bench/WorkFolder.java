package io.volccv.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where a part of the benchmark works: gone with everything in it when it is closed. */
public record WorkFolder(Path path) implements AutoCloseable {

  /**
   * @param name how its own begins
   */
  public static WorkFolder create(Bench bench, String name) throws IOException {
    return new WorkFolder(Files.createTempDirectory(bench.folder(), name));
  }

  @Override
  public void close() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
