package io.volccv.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A server that photos come from, or pictures go to. */
interface TestServer extends AutoCloseable {

  /** The folder that a login sees. */
  Path root();

  /** {@code ftp} or {@code sftp}. */
  String kind();

  /** The lines of the configuration that say how to reach it. */
  List<String> config(String prefix);

  TestServer start() throws Exception;

  void stop() throws IOException;

  @Override
  default void close() throws IOException {
    stop();
  }

  /** All files below a folder, with {@code /}. */
  default List<String> files(String folder) {
    return filesBelow(root().resolve(folder));
  }

  /** The same of a folder of this machine; none when it does not exist. */
  static List<String> filesBelow(Path below) {
    if (!Files.exists(below)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(below)) {
      return List.copyOf(
          new TreeSet<>(
              all.filter(Files::isRegularFile)
                  .map(file -> below.relativize(file).toString())
                  .toList()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
