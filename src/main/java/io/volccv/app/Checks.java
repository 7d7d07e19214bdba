package io.volccv.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** What the values of properties have to be. */
final class Checks {
  private static final String FILE = "file:";
  private static final String TEMPLATE = ".mustache";

  private Checks() {}

  static String text(Home home, String key, String value) {
    if (value.isBlank()) {
      throw new ConfigException(
          key, "is not set", "write " + key + "=... in " + home.display(home.config()));
    }
    return value;
  }

  static Setting.Check oneOf(String... choices) {
    return (home, key, value) -> {
      if (!Arrays.asList(choices).contains(value)) {
        throw new ConfigException(
            key, "'" + value + "' is not known", "write " + String.join(" or ", choices));
      }
      return value;
    };
  }

  static String folder(Home home, String key, String value) {
    Path folder = home.resolve(text(home, key, value));
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new ConfigException(
          key, home.display(folder) + " cannot be made a folder; write another path", e);
    }
    if (!Files.isWritable(folder)) {
      throw new ConfigException(
          key, home.display(folder) + " is not writable", "make it so, or write another path");
    }
    return folder.toString();
  }

  /** A comma-separated list of names, each of which has its file in {@code routes/}. */
  static Setting.Check routes(String direction) {
    return (home, key, value) -> {
      List<String> known = RouteFiles.names(home, direction);
      List<String> asked = RouteFiles.split(value);
      if (asked.isEmpty()) {
        throw new ConfigException(key, "names nothing", "write " + choice(known));
      }
      for (String name : asked) {
        if (!known.contains(name)) {
          throw new ConfigException(
              key,
              "'" + name + "' has no routes/" + direction + "-" + name + ".yaml",
              "write " + choice(known) + ", or add that file");
        }
      }
      return String.join(",", asked);
    };
  }

  private static String choice(List<String> names) {
    return names.isEmpty() ? "the name of a file" : String.join(" or ", names);
  }

  /** A {@code file:} of parameters, or nothing at all. */
  static String paramsFile(Home home, String key, String value) {
    if (!value.startsWith(FILE)) {
      return value;
    }
    Path file = home.resolve(value.substring(FILE.length()));
    if (!Files.isRegularFile(file)) {
      throw new ConfigException(
          key,
          "there is no file " + home.display(file),
          "write file: and the path of a YAML or JSON file");
    }
    return FILE + file;
  }

  /**
   * The name of a prompt template.
   *
   * @param folder where the templates are
   */
  static void template(Home home, String key, String name, Path folder) {
    if (!Files.isRegularFile(folder.resolve(name + TEMPLATE))) {
      throw new ConfigException(
          key,
          "there is no " + home.display(folder.resolve(name + TEMPLATE)),
          "write " + choice(templates(home, key, folder)) + ", or add that file");
    }
  }

  private static List<String> templates(Home home, String key, Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.endsWith(TEMPLATE))
          .map(file -> file.substring(0, file.length() - TEMPLATE.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ConfigException(
          key, home.display(folder) + " cannot be read; put the templates there", e);
    }
  }
}
