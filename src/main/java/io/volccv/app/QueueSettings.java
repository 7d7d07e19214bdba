package io.volccv.app;

import io.volccv.error.Nearest;
import io.volccv.queue.QueueBroker;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The properties of the queue: {@code queue.*}. Looked at only when one is used. */
final class QueueSettings {

  /** Sources that put their jobs into the queue, from where they go on as jobs of a queue do. */
  private static final Set<String> FEEDERS = Set.of("csv", "http", "timer");

  private static final String QUEUE = "queue";
  private static final int DEFAULT_CONSUMERS = 16;
  private static final int MOST_CONSUMERS = 256;

  private static final List<Setting> ALL =
      List.of(
          new Setting("queue.url", "", (home, key, value) -> value),
          new Setting("queue.user", "", (home, key, value) -> value),
          new Setting("queue.password", "", (home, key, value) -> value),
          new Setting("queue.folder", "data/queue", Checks::folder),
          new Setting("queue.port", "0", (home, key, value) -> value),
          new Setting("queue.jobs", "volccv.jobs", Checks::text),
          new Setting("queue.results", "volccv.results", Checks::text),
          new Setting("queue.dead", "volccv.dead", Checks::text),
          new Setting(
              "queue.pictures",
              "",
              (home, key, value) -> value.isEmpty() ? "" : Checks.folder(home, key, value)),
          new Setting("queue.consumers", "", LedgerSettings.number("1", "1000", 0)));

  private final Home home;
  private final Map<String, String> written;

  QueueSettings(Home home, Map<String, String> written) {
    this.home = home;
    this.written = written;
  }

  /** Whether a line of the configuration is about the queue. */
  static boolean owns(String key) {
    return key.startsWith("queue.");
  }

  /** The sources whose routes are run: jobs that are put into the queue are also taken from it. */
  static List<String> withQueue(List<String> sources) {
    List<String> all = new ArrayList<>(sources);
    if (!all.contains(QUEUE) && all.stream().anyMatch(FEEDERS::contains)) {
      all.add(QUEUE);
    }
    return all;
  }

  /**
   * What the routes see; nothing when there is no queue among them.
   *
   * @param concurrency calls at a time that are granted, empty when that is not known
   */
  Map<String, String> check(List<String> sources, List<String> sinks, String concurrency) {
    List<String> known = ALL.stream().map(Setting::key).toList();
    for (String key : written.keySet()) {
      if (!known.contains(key)) {
        throw new ConfigException(
            key,
            "there is no such property",
            Nearest.to(key, known)
                .map(near -> "did you mean " + near + "?")
                .orElse("see config/application.properties for all of them"));
      }
    }
    Map<String, String> app = new LinkedHashMap<>();
    if (sources.contains(QUEUE) || sinks.contains(QUEUE)) {
      for (Setting setting : ALL) {
        String value = written.getOrDefault(setting.key(), setting.fallback());
        app.put(setting.key(), setting.check().apply(home, setting.key(), value));
      }
      app.computeIfPresent(
          "queue.consumers", (key, value) -> value.isEmpty() ? consumers(concurrency) : value);
      app.values().removeIf(String::isEmpty);
    }
    return app;
  }

  /** Some more than calls are granted, so that the next one is at hand when a call ends. */
  private static String consumers(String concurrency) {
    int granted =
        concurrency.isEmpty() ? 0 : (int) Math.min(Integer.parseInt(concurrency), MOST_CONSUMERS);
    return Integer.toString(
        granted == 0 ? DEFAULT_CONSUMERS : Math.min(MOST_CONSUMERS, granted + (granted + 1) / 2));
  }

  /** The component that the routes name, for a start that sends and takes nothing. */
  static Optional<QueueBroker> unconnected(Settings settings) {
    return settings.app().containsKey("queue.jobs")
        ? Optional.of(QueueBroker.external("amqp://127.0.0.1", null, null))
        : Optional.empty();
  }

  /**
   * The broker, started and reached.
   *
   * @return empty when no route needs one
   * @throws ConfigException when it cannot be used
   */
  static Optional<QueueBroker> broker(Settings settings) {
    Map<String, String> app = settings.app();
    if (!app.containsKey("queue.jobs")) {
      return Optional.empty();
    }
    String url = app.get("queue.url");
    String user = app.get("queue.user");
    String password = app.get("queue.password");
    if (url != null) {
      return Optional.of(QueueBroker.external(url, user, password));
    }
    Set<String> queues =
        Set.of(app.get("queue.jobs"), app.get("queue.results"), app.get("queue.dead"));
    return Optional.of(
        QueueBroker.embedded(
            Path.of(app.get("queue.folder")),
            Integer.parseInt(app.get("queue.port")),
            user,
            password,
            queues,
            app.get("queue.dead")));
  }
}
