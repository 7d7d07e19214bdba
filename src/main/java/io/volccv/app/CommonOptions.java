package io.volccv.app;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** What every command knows. */
final class CommonOptions {
  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "The folder with routes/ and config/; default: the folder of volccv.jar.")
  private @Nullable Path home;

  @Option(names = "--json", description = "Print one JSON object instead of text.")
  private boolean json;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      mapFallbackValue = "",
      showDefaultValue = Visibility.NEVER,
      description = "Any property of config/application.properties, for this run only.")
  private Map<String, String> properties = new LinkedHashMap<>();

  /** The home, found and checked; from here on logging goes where the home says. */
  Home home() {
    Home found = Home.find(home);
    Logs.configure(found);
    return found;
  }

  boolean json() {
    return json;
  }

  /** The properties of the command line, over those of the JVM's own command line. */
  Map<String, String> properties() {
    Map<String, String> all = new LinkedHashMap<>();
    System.getProperties().stringPropertyNames().stream()
        .filter(key -> key.startsWith("volccv."))
        .forEach(key -> all.put(key, System.getProperty(key)));
    all.putAll(properties);
    return all;
  }
}
