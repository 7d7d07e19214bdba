package io.volccv.app;

import io.volccv.error.Nearest;
import io.volccv.queue.QueueBroker;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The properties of the queue: {@code queue.*}. Looked at only when one is used. */
final class QueueSettings {

  /** Sources that put their jobs into the queue, from where they go on as jobs of a queue do. */
  private static final Set<String> FEEDERS = Set.of("csv", "http", "timer");

  private static final String QUEUE = "queue";
  private static final List<String> LOGIN = List.of("queue.user", "queue.password");
  private static final Pattern URL =
      Pattern.compile("(amqps?)://([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:]+])(?::(\\d{1,5}))?/?");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");
  private static final int DEFAULT_CONSUMERS = 16;
  private static final int MOST_CONSUMERS = 256;

  private static final List<Setting> ALL =
      List.of(
          new Setting("queue.url", "", QueueSettings::url),
          new Setting("queue.user", "", QueueSettings::any),
          new Setting("queue.password", "", QueueSettings::any),
          new Setting("queue.trustedCertificates", "", ServerChecks::fileOrNone),
          new Setting("queue.folder", "data/queue", QueueSettings::any),
          new Setting("queue.port", "", ServerChecks::portOrNone),
          new Setting("queue.jobs", "volccv.jobs", QueueSettings::name),
          new Setting("queue.results", "volccv.results", QueueSettings::name),
          new Setting("queue.dead", "volccv.dead", QueueSettings::name),
          new Setting("queue.pictures", "", QueueSettings::folderOrNone),
          new Setting("queue.content", "picture", Checks.oneOf("picture", "place")),
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
      fitTogether(app);
    }
    return app;
  }

  private void fitTogether(Map<String, String> app) {
    if (app.containsKey("queue.url")) {
      app.remove("queue.folder");
    } else {
      app.computeIfPresent("queue.folder", (key, value) -> Checks.folder(home, key, value));
      if (app.containsKey("queue.port") && !app.keySet().containsAll(LOGIN)) {
        throw new ConfigException(
            "queue.port",
            "would let every program of this machine send jobs, which cost money",
            "write queue.user and queue.password, too");
      }
    }
    if (app.containsKey("queue.user") != app.containsKey("queue.password")) {
      String missing = app.containsKey("queue.user") ? "queue.password" : "queue.user";
      throw new ConfigException(missing, "is not set", "write both or none");
    }
    Set<String> names = new HashSet<>();
    if (!List.of("queue.jobs", "queue.results", "queue.dead").stream()
        .map(app::get)
        .allMatch(names::add)) {
      throw new ConfigException(
          "queue.jobs",
          "is not the only queue of that name",
          "give queue.jobs, queue.results and queue.dead three names");
    }
  }

  private static String any(Home home, String key, String value) {
    return value;
  }

  private static String folderOrNone(Home home, String key, String value) {
    return value.isEmpty() ? value : Checks.folder(home, key, value);
  }

  private static String name(Home home, String key, String value) {
    if (!NAME.matcher(value).matches()) {
      throw new ConfigException(
          key,
          "'" + value + "' is no name that every broker takes",
          "write letters, digits, dots and dashes");
    }
    return value;
  }

  /** One broker, or several with commas between them of which one is active. */
  private static String url(Home home, String key, String value) {
    for (String one : RouteFiles.split(value)) {
      if (!URL.matcher(one).matches()) {
        throw new ConfigException(
            key,
            "is no address of a broker",
            "write amqps://HOST:5671, or amqp://HOST:5672 without TLS;"
                + " the login goes into queue.user and queue.password");
      }
    }
    return String.join(",", RouteFiles.split(value));
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
        ? Optional.of(QueueBroker.unconnected())
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
    return Optional.of(
        url == null
            ? embedded(app, user, password)
            : external(url, user, password, app.get("queue.trustedCertificates")));
  }

  /**
   * The broker that is inside the app that runs.
   *
   * @throws ConfigException when nobody else is let in, or cannot get in
   */
  static QueueBroker brokerOfTheApp(Settings settings) {
    Map<String, String> app = settings.app();
    String port = app.get("queue.port");
    if (port == null) {
      throw new ConfigException(
          "queue.port",
          "is not set, so that nobody but the app that runs reaches its queue",
          "stop the app meanwhile; or start it with queue.port, queue.user and queue.password");
    }
    try {
      return QueueBroker.external(
          List.of("amqp://127.0.0.1:" + port),
          app.get("queue.user"),
          app.get("queue.password"),
          null);
    } catch (IOException e) {
      throw new ConfigException(
          "queue.port",
          "the queue of the app that runs cannot be reached there: " + e.getMessage(),
          "stop the app meanwhile, or start it again with this configuration");
    }
  }

  /** The same with a broker that does not listen for other programs. */
  static Settings forNobodyElse(Settings settings) {
    Map<String, String> app = new LinkedHashMap<>(settings.app());
    app.remove("queue.port");
    return new Settings(settings.home(), app, settings.params(), settings.camel());
  }

  private static QueueBroker external(
      String url, @Nullable String user, @Nullable String password, @Nullable String trusted) {
    try {
      return QueueBroker.external(RouteFiles.split(url), user, password, trusted);
    } catch (IOException e) {
      throw new ConfigException(
          "queue.url", "the broker cannot be used: " + e.getMessage(), "correct it, or start it");
    }
  }

  private static QueueBroker embedded(
      Map<String, String> app, @Nullable String user, @Nullable String password) {
    Set<String> queues =
        Set.of(app.get("queue.jobs"), app.get("queue.results"), app.get("queue.dead"));
    try {
      return QueueBroker.embedded(
          Path.of(app.get("queue.folder")),
          Integer.parseInt(app.getOrDefault("queue.port", "0")),
          user,
          password,
          queues,
          app.get("queue.dead"));
    } catch (IOException e) {
      throw new ConfigException(
          app.containsKey("queue.port") ? "queue.port" : "queue.folder",
          "the broker does not start: " + e.getMessage(),
          "correct it, or write queue.url");
    }
  }
}
