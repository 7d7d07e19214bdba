package io.volccv.app;

import io.volccv.error.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The properties of the servers that photos come from and pictures go to: {@code ftp.*}, {@code
 * sftp.*} and {@code webhook.*}. Looked at only as far as such a source or sink is switched on.
 *
 * <p>{@code ftp.host} is the host of the only server, {@code ftp.a.host} that of the server {@code
 * a}; what is not written for {@code a} is as in {@code ftp.*}. The routes see everything with a
 * name: the only server is called {@code main}.
 */
final class ServerSettings {
  private static final String ONLY = "main";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,40}");
  private static final List<String> OUTCOMES =
      List.of("done", "failed", "rejected", "invalid", "unknown");

  /** Names without {@code ftp.}; the checks are those of {@link Setting}. */
  private static final List<Setting> BOTH =
      List.of(
          new Setting("host", "", ServerChecks::host),
          new Setting("user", "", Checks::text),
          new Setting("password", "", ServerChecks::secret),
          new Setting("inbox", "inbox", ServerChecks::folder),
          new Setting("outbox", "outbox", ServerChecks::folder),
          new Setting("done", "", ServerChecks::folderOrNone),
          new Setting("failed", "", ServerChecks::folderOrNone),
          new Setting("rejected", "", ServerChecks::folderOrNone),
          new Setting("invalid", "", ServerChecks::folderOrNone),
          new Setting("unknown", "", ServerChecks::folderOrNone),
          new Setting("minAge", "5s", ServerChecks::millis),
          new Setting("delay", "5s", ServerChecks::millis));

  private static final List<Setting> FTP =
      List.of(
          new Setting("port", "", ServerChecks::portOrNone),
          new Setting("tls", "none", Checks.oneOf("none", "explicit", "implicit")),
          new Setting("trustedCertificates", "", ServerChecks::fileOrNone),
          new Setting("passive", "true", Checks.oneOf("true", "false")));

  private static final List<Setting> SFTP =
      List.of(
          new Setting("port", "22", ServerChecks::portOrNone),
          new Setting("privateKey", "", ServerChecks::fileOrNone),
          new Setting("passphrase", "", ServerChecks::secret),
          new Setting("knownHosts", "config/known_hosts", ServerChecks::file));

  private static final List<Setting> WEBHOOK =
      List.of(
          new Setting("webhook.url", "", ServerChecks::webAddress),
          new Setting("webhook.secret", "", ServerChecks::signingSecret),
          new Setting("webhook.content", "picture", Checks.oneOf("picture", "place")));

  /**
   * @param app what the routes see
   * @param camel which routes are to be made from the templates
   */
  record Checked(Map<String, String> app, Map<String, String> camel) {}

  private final Home home;
  private final Map<String, String> written;
  private final Map<String, String> app = new LinkedHashMap<>();
  private final Map<String, String> camel = new LinkedHashMap<>();
  private int routes;

  ServerSettings(Home home, Map<String, String> written) {
    this.home = home;
    this.written = written;
  }

  /** Whether a line of the configuration is about a server. */
  static boolean owns(String key) {
    return key.startsWith("ftp.") || key.startsWith("sftp.") || key.startsWith("webhook.");
  }

  Checked check(List<String> sources, List<String> sinks) {
    known();
    for (String kind : List.of("ftp", "sftp")) {
      if (sources.contains(kind)) {
        for (String name : instances(kind)) {
          server(kind, name);
          route(kind, name);
        }
      }
      if (sinks.contains(kind)) {
        String name = name(kind + ".sink", written.getOrDefault(kind + ".sink", ""));
        app.put(kind + ".sink", name);
        server(kind, name);
      }
    }
    if (sinks.contains("webhook")) {
      WEBHOOK.forEach(
          setting -> app.put(setting.key(), checked(setting, setting.key(), setting.key())));
    }
    return new Checked(app, camel);
  }

  private List<String> instances(String kind) {
    List<String> names = RouteFiles.split(written.getOrDefault(kind + ".instances", ""));
    return names.isEmpty()
        ? List.of(ONLY)
        : names.stream().map(name -> name(kind + ".instances", name)).toList();
  }

  private static String name(String key, String name) {
    if (name.isEmpty()) {
      return ONLY;
    }
    if (!NAME.matcher(name).matches()) {
      throw new ConfigException(
          key, "'" + name + "' is no name", "write letters, digits and dashes");
    }
    return name;
  }

  private void server(String kind, String name) {
    String prefix = kind + "." + name + ".";
    for (Setting setting : settings(kind)) {
      String own = prefix + setting.key();
      String shared = kind + "." + setting.key();
      app.put(own, checked(setting, written.containsKey(own) ? own : shared, own));
    }
    for (String outcome : OUTCOMES) {
      app.computeIfPresent(
          prefix + outcome,
          (key, folder) -> folder.isEmpty() ? beside(app.get(prefix + "inbox"), outcome) : folder);
    }
    keepOutOfInbox(prefix);
    if (kind.equals("ftp")) {
      tls(prefix);
    } else {
      app.put(prefix + "scheme", "sftp");
    }
    // RAW: whatever characters it has, it is no part of the endpoint's address.
    for (String secret : List.of("user", "password", "passphrase")) {
      app.computeIfPresent(
          prefix + secret, (key, value) -> value.isEmpty() ? "" : "RAW(" + value + ")");
    }
    // Left out and not empty, so that {{?...}} in a route drops the whole option.
    app.values().removeIf(String::isEmpty);
  }

  private void tls(String prefix) {
    String tls = app.get(prefix + "tls");
    boolean none = tls.equals("none");
    app.put(prefix + "scheme", none ? "ftp" : "ftps");
    if (app.get(prefix + "port").isEmpty()) {
      app.put(prefix + "port", tls.equals("implicit") ? "990" : "21");
    }
    if (!none) {
      String file = app.get(prefix + "trustedCertificates");
      app.put(prefix + "implicit", String.valueOf(tls.equals("implicit")));
      app.put(prefix + "checkHost", "true");
      app.put(
          prefix + "trust",
          "#class:io.volccv.files.ServerTrust" + (file.isEmpty() ? "" : "('" + file + "')"));
    }
  }

  private void route(String kind, String name) {
    String key = "camel.routeTemplate[" + routes++ + "].";
    camel.put(key + "templateId", "from-" + kind);
    camel.put(key + "routeId", "from-" + kind + (name.equals(ONLY) ? "" : "-" + name));
    camel.put(key + "name", name);
  }

  /** What is written below the inbox would be taken for a new input, and paid again and again. */
  private void keepOutOfInbox(String prefix) {
    String inbox = app.get(prefix + "inbox") + "/";
    for (String folder : List.of("outbox", "done", "failed", "rejected", "invalid", "unknown")) {
      if ((app.get(prefix + folder) + "/").startsWith(inbox)) {
        throw new ConfigException(
            prefix.replace("." + ONLY + ".", ".") + folder,
            "lies in the inbox, so that what is written there becomes an input again",
            "write a folder outside of " + app.get(prefix + "inbox"));
      }
    }
  }

  private static String beside(String inbox, String name) {
    return inbox.substring(0, inbox.lastIndexOf('/') + 1) + name;
  }

  private String checked(Setting setting, String key, String own) {
    String shown = written.containsKey(key) ? key : own.replace("." + ONLY + ".", ".");
    return setting.check().apply(home, shown, written.getOrDefault(key, setting.fallback()));
  }

  private static List<Setting> settings(String kind) {
    List<Setting> all = new ArrayList<>(BOTH);
    all.addAll(kind.equals("ftp") ? FTP : SFTP);
    return all;
  }

  /** Every line that is written has to mean something, switched on or not. */
  private void known() {
    for (String key : written.keySet()) {
      Set<String> known = keys(key.substring(0, key.indexOf('.')));
      if (!known.contains(key)) {
        throw new ConfigException(
            key,
            "there is no such property",
            Nearest.to(key, List.copyOf(known))
                .map(near -> "did you mean " + near + "?")
                .orElse("see config/application.properties for all of them"));
      }
    }
  }

  private Set<String> keys(String kind) {
    Set<String> keys = new LinkedHashSet<>();
    if (kind.equals("webhook")) {
      WEBHOOK.forEach(setting -> keys.add(setting.key()));
      return keys;
    }
    keys.add(kind + ".instances");
    keys.add(kind + ".sink");
    List<String> names = new ArrayList<>(instances(kind));
    Optional.ofNullable(written.get(kind + ".sink")).ifPresent(names::add);
    for (Setting setting : settings(kind)) {
      keys.add(kind + "." + setting.key());
      names.forEach(name -> keys.add(kind + "." + name + "." + setting.key()));
    }
    return keys;
  }
}
