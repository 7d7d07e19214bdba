package io.volccv.app;

import io.volccv.error.Nearest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The properties of the sources that put their jobs into the queue, and of the sink {@code http}:
 * {@code csv.*}, {@code http.*} and {@code timer.*}. Looked at only as far as one of them is on.
 */
final class IntakeSettings {
  private static final String HTTP = "http";

  private static final List<Setting> CSV =
      List.of(
          new Setting("csv.inbox", "data/csv", Checks::folder),
          new Setting("csv.encoding", "UTF-8", IntakeSettings::encoding),
          new Setting("csv.separator", ",", IntakeSettings::separator));

  private static final List<Setting> DOOR =
      List.of(
          new Setting("http.host", "127.0.0.1", ServerChecks::host),
          new Setting("http.port", "9181", LedgerSettings.number("0", "65535", 0)),
          new Setting("http.token", "", IntakeSettings::token),
          new Setting("http.certificate", "", ServerChecks::fileOrNone),
          new Setting("http.privateKey", "", ServerChecks::fileOrNone),
          new Setting("http.behindProxy", "false", Checks.oneOf("true", "false")),
          new Setting("http.maxBytes", "50000000", LedgerSettings.number("1000", "1000000000", 0)),
          new Setting("http.rate", "50", LedgerSettings.number("0.01", "10000", 3)),
          new Setting("http.keep", "24h", ServerChecks::millis));

  private static final Setting FOLDER = new Setting("http.folder", "data/http", Checks::folder);

  private static final List<Setting> TIMER =
      List.of(
          new Setting("timer.schedule", "config/schedule.yaml", ServerChecks::file),
          new Setting("timer.zone", "Asia/Shanghai", LedgerSettings::zone),
          new Setting("timer.lookBack", "10m", ServerChecks::millis));

  private final Home home;
  private final Map<String, String> written;
  private final Map<String, String> app = new LinkedHashMap<>();

  IntakeSettings(Home home, Map<String, String> written) {
    this.home = home;
    this.written = written;
  }

  /** Whether a line of the configuration is about one of them. */
  static boolean owns(String key) {
    return key.startsWith("csv.") || key.startsWith("http.") || key.startsWith("timer.");
  }

  /** What the routes see. */
  Map<String, String> check(List<String> sources, List<String> sinks) {
    known();
    if (sources.contains("csv")) {
      take(CSV);
    }
    if (sources.contains(HTTP)) {
      take(DOOR);
      guard();
    }
    if (sources.contains(HTTP) || sinks.contains(HTTP)) {
      take(List.of(FOLDER));
    }
    if (sources.contains("timer")) {
      take(TIMER);
    }
    // Left out and not empty, as all properties that are not set.
    app.values().removeIf(String::isEmpty);
    return app;
  }

  private void take(List<Setting> settings) {
    for (Setting setting : settings) {
      String value = written.getOrDefault(setting.key(), setting.fallback());
      app.put(setting.key(), setting.check().apply(home, setting.key(), value));
    }
  }

  /** Jobs cost money, and pictures are private. */
  private void guard() {
    boolean tls = !app.get("http.certificate").isEmpty();
    if (tls == app.get("http.privateKey").isEmpty()) {
      throw new ConfigException(
          tls ? "http.privateKey" : "http.certificate",
          "is not set",
          "write both http.certificate and http.privateKey, or none");
    }
    if (isLoopback(app.get("http.host"))) {
      return;
    }
    if (app.get("http.token").isEmpty()) {
      throw new ConfigException(
          "http.token",
          "is not set, and http.host is not this machine alone: everybody could spend your money",
          "set it, or write http.host=127.0.0.1");
    }
    if (!tls && !app.get("http.behindProxy").equals("true")) {
      throw new ConfigException(
          "http.certificate",
          "is not set, and http.host is not this machine alone: token and pictures would travel"
              + " in the clear",
          "set it, or write http.behindProxy=true when a proxy in front does TLS");
    }
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw new ConfigException("http.host", "'" + host + "' is not known; write an address", e);
    }
  }

  /** Every line that is written has to mean something, switched on or not. */
  private void known() {
    List<String> keys =
        java.util.stream.Stream.of(CSV, DOOR, List.of(FOLDER), TIMER)
            .flatMap(List::stream)
            .map(Setting::key)
            .toList();
    for (String key : written.keySet()) {
      if (!keys.contains(key)) {
        throw new ConfigException(
            key,
            "there is no such property",
            Nearest.to(key, keys)
                .map(near -> "did you mean " + near + "?")
                .orElse("see config/application.properties for all of them"));
      }
    }
  }

  private static String encoding(Home home, String key, String value) {
    try {
      return Charset.forName(value).name();
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key, "'" + value + "' is not known; write UTF-8 or GBK", e);
    }
  }

  private static String separator(Home home, String key, String value) {
    boolean fits = value.length() == 1 && value.matches("[^\"\\p{Alnum}\\s]");
    if (!fits && !value.equals("tab")) {
      throw new ConfigException(key, "'" + value + "' is no separator", "write , or ; or tab");
    }
    return value;
  }

  /** Long enough that it cannot be tried out. */
  private static String token(Home home, String key, String value) {
    if (!value.isEmpty() && (value.length() < 16 || !value.matches("[\\x21-\\x7e]+"))) {
      throw new ConfigException(
          key,
          "is too short, or has characters that no header can have",
          "choose 16 or more letters and digits, for example with: openssl rand -hex 24");
    }
    return value;
  }

  /** A table in the inbox of photos, or a report of the one in that of the other. */
  static void keepApart(Map<String, String> app) {
    String csv = app.get("csv.inbox");
    if (csv == null) {
      return;
    }
    for (String key : List.of("volccv.done", "volccv.invalid", "volccv.inbox")) {
      if (Path.of(csv).equals(Path.of(app.get(key)))) {
        throw new ConfigException(
            "csv.inbox", "is " + key + " too", "write a folder of its own, such as data/csv");
      }
    }
  }
}
