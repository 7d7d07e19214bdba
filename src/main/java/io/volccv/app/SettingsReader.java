package io.volccv.app;

import io.volccv.error.Nearest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * From the file and the command line to checked settings; every mistake is a {@link
 * ConfigException}.
 */
final class SettingsReader {
  private static final String OWN = "volccv.";
  private static final String PARAM = "volccv.param.";
  private static final List<String> PREFIXES = List.of("volccv", "camel");

  private static final List<String> CAMEL_GROUPS =
      List.of("main", "component", "language", "dataformat", "beans", "health", "metrics", "ssl");
  private static final String MODELS = "camel.component.volccv.models";
  private static final String PROMPT_FOLDER = "camel.language.prompt.folder";

  private final Home home;
  private final Placeholders placeholders;

  SettingsReader(Home home, UnaryOperator<@Nullable String> environment) {
    this.home = home;
    this.placeholders = new Placeholders(environment);
  }

  /**
   * @param overrides what is to win over the file
   */
  Settings read(Map<String, String> overrides) {
    Map<String, String> written = PropertyFile.read(home);
    written.putAll(overrides);
    Map<String, String> own = new LinkedHashMap<>();
    Map<String, String> servers = new LinkedHashMap<>();
    Map<String, String> queue = new LinkedHashMap<>();
    Map<String, String> budgets = new LinkedHashMap<>();
    Map<String, String> intake = new LinkedHashMap<>();
    Map<String, Object> params = new LinkedHashMap<>();
    Map<String, String> camel = new LinkedHashMap<>();
    written.forEach(
        (key, value) -> {
          String resolved = placeholders.resolve(key, value);
          if (key.startsWith(PARAM) && key.length() > PARAM.length()) {
            params.put(key.substring(PARAM.length()), resolved);
          } else if (ServerSettings.owns(key)) {
            servers.put(key, resolved);
          } else if (QueueSettings.owns(key)) {
            queue.put(key, resolved);
          } else if (RouteBudgets.owns(key)) {
            budgets.put(key, RouteBudgets.check(home, key, resolved));
          } else if (IntakeSettings.owns(key)) {
            intake.put(key, resolved);
          } else if (key.startsWith(OWN)) {
            own.put(known(key), resolved);
          } else {
            // As written: the secrets among them are for Camel to resolve, and not for us to hold.
            camel.put(notMistyped(key), value);
          }
        });
    Map<String, String> app = checked(own);
    budgets.values().removeIf(String::isEmpty);
    app.putAll(budgets);
    ServerSettings.Checked ends =
        new ServerSettings(home, servers)
            .check(
                RouteFiles.split(app.get("volccv.sources")),
                RouteFiles.split(app.get("volccv.sinks")));
    app.putAll(ends.app());
    camel.putAll(ends.camel());
    List<String> sources = QueueSettings.withQueue(RouteFiles.split(app.get("volccv.sources")));
    app.put("volccv.sources", String.join(",", sources));
    app.putAll(
        new IntakeSettings(home, intake).check(sources, RouteFiles.split(app.get("volccv.sinks"))));
    IntakeSettings.keepApart(app);
    if (sources.contains("csv") || sources.contains("http")) {
      queue.putIfAbsent("queue.pictures", "data/pictures");
    }
    app.putAll(
        new QueueSettings(home, queue)
            .check(
                sources,
                RouteFiles.split(app.get("volccv.sinks")),
                app.getOrDefault("volccv.quota.concurrency", "")));
    app.put("volccv.to", sinkEndpoints(app.get("volccv.sinks")));
    Path prompts = home.resolve(camel.getOrDefault(PROMPT_FOLDER, "config/prompts"));
    Checks.template(home, "volccv.prompt", app.get("volccv.prompt"), prompts);
    camel.put(PROMPT_FOLDER, prompts.toString());
    // "key=" means not set; Camel refuses it.
    camel.values().removeIf(String::isBlank);
    camel.computeIfPresent(MODELS, (key, value) -> Checks.paramsFile(home, key, value));
    camel.putIfAbsent("camel.component.volccv.spoolDirectory", app.get("volccv.spool"));
    return new Settings(home, app, params, camel);
  }

  private Map<String, String> checked(Map<String, String> own) {
    Map<String, String> app = new LinkedHashMap<>();
    for (Setting setting : Setting.ALL) {
      String value = own.getOrDefault(setting.key(), setting.fallback());
      app.put(setting.key(), setting.check().apply(home, setting.key(), value));
    }
    keepOutOfInbox(app);
    // Left out and not empty, so that {{?volccv.params}} in a route drops the whole option.
    app.values().removeIf(String::isEmpty);
    return app;
  }

  /** What is written below the inbox would be taken for a new input, and paid again and again. */
  private void keepOutOfInbox(Map<String, String> app) {
    Path inbox = Path.of(app.get("volccv.inbox"));
    for (String key :
        List.of("outbox", "done", "failed", "rejected", "invalid", "unknown", "spool")) {
      if (Path.of(app.get(OWN + key)).startsWith(inbox)) {
        throw new ConfigException(
            OWN + key,
            "lies in volccv.inbox, so that what is written there becomes an input again",
            "write a folder outside of " + home.display(inbox));
      }
    }
  }

  private static String sinkEndpoints(String sinks) {
    return RouteFiles.split(sinks).stream()
        .map(sink -> "direct:to-" + sink)
        .reduce((first, second) -> first + "," + second)
        .orElseThrow();
  }

  private static String known(String key) {
    List<String> keys = Setting.ALL.stream().map(Setting::key).toList();
    if (!keys.contains(key)) {
      throw new ConfigException(
          key,
          "there is no such property",
          Nearest.to(key, keys)
              .map(near -> "did you mean " + near + "?")
              .orElse("see config/application.properties for all of them"));
    }
    return key;
  }

  /** {@code volcv.inbox} or {@code camel.componet.x} is nobody's, and nobody would complain. */
  private static String notMistyped(String key) {
    String[] parts = key.split("[.\\[]");
    suggest(key, parts[0], PREFIXES);
    if (parts[0].equals("camel") && parts.length > 1) {
      suggest(key, parts[1], CAMEL_GROUPS);
    }
    return key;
  }

  private static void suggest(String key, String part, List<String> known) {
    if (known.contains(part)) {
      return;
    }
    Nearest.to(part, known)
        .ifPresent(
            near -> {
              throw new ConfigException(
                  key,
                  "there is no such property",
                  "did you mean " + key.replaceFirst(Pattern.quote(part), near) + "?");
            });
  }
}
