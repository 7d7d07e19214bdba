package io.volccv.app;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the values of the properties of servers have to be. */
final class ServerChecks {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9._-]{0,252})");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|)");
  private static final Pattern FOLDER = Pattern.compile("/?[^/]+(/[^/]+)*");

  private ServerChecks() {}

  static String host(Home home, String key, String value) {
    String host = Checks.text(home, key, value);
    if (!HOST.matcher(host).matches()) {
      throw new ConfigException(
          key, "'" + host + "' is no host", "write its name or IPv4 address alone");
    }
    return host;
  }

  static String portOrNone(Home home, String key, String value) {
    if (!value.isEmpty()
        && (!value.matches("\\d{1,5}") || port(value) < 1 || port(value) > 65535)) {
      throw new ConfigException(key, "'" + value + "' is no port", "write 1 to 65535");
    }
    return value;
  }

  private static int port(String value) {
    return Integer.parseInt(value);
  }

  /** In milliseconds. */
  static String millis(Home home, String key, String value) {
    Matcher duration = DURATION.matcher(value);
    if (!duration.matches()) {
      throw new ConfigException(
          key,
          "'" + value + "' is neither a number nor a duration",
          "write for example 5000 or 5s");
    }
    long number = Long.parseLong(duration.group(1));
    long millis =
        switch (duration.group(2)) {
          case "s" -> number * 1_000;
          case "m" -> number * 60_000;
          case "h" -> number * 3_600_000;
          default -> number;
        };
    return Long.toString(Math.max(1, millis));
  }

  /** Never shown, so that nothing is said about it but what is needed to correct it. */
  static String secret(Home home, String key, String value) {
    if (value.contains("{{") || value.contains(")&") || value.endsWith(")")) {
      throw new ConfigException(
          key,
          "has characters that cannot be handed over",
          "choose one without {{ and ) at its end");
    }
    return value;
  }

  /** The secret of a webhook. */
  static String signingSecret(Home home, String key, String value) {
    String secret = Checks.text(home, key, value);
    if (secret.startsWith("whsec_")) {
      try {
        Base64.getDecoder().decode(secret.substring("whsec_".length()));
      } catch (IllegalArgumentException e) {
        throw new ConfigException(
            key, "begins with whsec_, but is no base64 after that; copy it again", e);
      }
    }
    return secret;
  }

  /** A folder on a server, below the one of the login, or absolute. */
  static String folder(Home home, String key, String value) {
    String folder =
        Checks.text(home, key, value).replaceFirst("(?<=.)/+$", "").replaceFirst("^\\./", "");
    boolean leaves = ("/" + folder + "/").contains("/../") || ("/" + folder + "/").contains("/./");
    if (!FOLDER.matcher(folder).matches() || leaves || folder.matches(".*[*?\\\\#%&{}].*")) {
      throw new ConfigException(
          key, "'" + value + "' is no folder on a server", "write for example photos/inbox");
    }
    return folder;
  }

  static String folderOrNone(Home home, String key, String value) {
    return value.isEmpty() ? value : folder(home, key, value);
  }

  static String file(Home home, String key, String value) {
    Path file = home.resolve(Checks.text(home, key, value));
    if (!Files.isReadable(file) || Files.isDirectory(file)) {
      throw new ConfigException(
          key, "there is no readable file " + home.display(file), "write the path of one");
    }
    return file.toString();
  }

  static String fileOrNone(Home home, String key, String value) {
    return value.isEmpty() ? value : file(home, key, value);
  }

  /** {@code https}, but for a service on this machine. */
  static String webAddress(Home home, String key, String value) {
    String text = Checks.text(home, key, value);
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw new ConfigException(key, "is no web address; write https://HOST/PATH", e);
    }
    if (uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
      throw new ConfigException(
          key, "is no web address of host and path", "write https://HOST/PATH");
    }
    boolean local = "http".equals(uri.getScheme()) && isLoopback(uri.getHost());
    if (!"https".equals(uri.getScheme()) && !local) {
      throw new ConfigException(
          key, "would send the pictures in the clear", "write https://HOST/PATH");
    }
    return text;
  }

  private static boolean isLoopback(String host) {
    // A name is looked up only when it can be nothing else: an address, or the machine's own.
    if (!host.equals("localhost") && !host.matches("127\\.[0-9.]+|\\[::1]")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false; // then it is no place to send anything to
    }
  }
}
