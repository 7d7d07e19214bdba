package io.volccv.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which files of {@code routes/} are run: the shared ones, and those of the enabled ends. */
final class RouteFiles {
  private static final Pattern END = Pattern.compile("(from|to)-(.+)\\.yaml");

  private RouteFiles() {}

  /** The names in a comma-separated list, each once. */
  static List<String> split(String list) {
    return Arrays.stream(list.split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .distinct()
        .toList();
  }

  /**
   * The names of all sources or all sinks that there are.
   *
   * @param direction {@code from} or {@code to}
   */
  static List<String> names(Home home, String direction) {
    return all(home).stream()
        .map(file -> END.matcher(file.getFileName().toString()))
        .filter(name -> name.matches() && name.group(1).equals(direction))
        .map(name -> name.group(2))
        .toList();
  }

  /** The files to run, in the order of their names. */
  static List<Path> of(Home home, List<String> sources, List<String> sinks) {
    return all(home).stream().filter(file -> isEnabled(file, sources, sinks)).toList();
  }

  private static boolean isEnabled(Path file, List<String> sources, List<String> sinks) {
    Matcher end = END.matcher(file.getFileName().toString());
    return !end.matches() || (end.group(1).equals("from") ? sources : sinks).contains(end.group(2));
  }

  private static List<Path> all(Home home) {
    Path folder = home.routes();
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> file.getFileName().toString().endsWith(".yaml") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ConfigException(
          home.display(folder), "cannot be read; unpack the app again, or write --home", e);
    }
  }
}
