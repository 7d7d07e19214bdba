package io.volccv.app;

import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code {{env:NAME}}} and {@code {{env:NAME:default}}} in values. Camel knows them too, but only
 * once it runs; the app checks its own values before.
 */
final class Placeholders {
  private static final Pattern ENV =
      Pattern.compile("\\{\\{\\s*\\??env:([^:}\\s]+)(:[^}]*)?\\s*}}");

  private final UnaryOperator<@Nullable String> environment;

  Placeholders(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  /**
   * @throws ConfigException when a variable is not set and no default is written
   */
  String resolve(String key, String value) {
    Matcher matcher = ENV.matcher(value);
    StringBuilder resolved = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(
          resolved, Matcher.quoteReplacement(variable(key, matcher.group(1), matcher.group(2))));
    }
    return matcher.appendTail(resolved).toString().strip();
  }

  private String variable(String key, String name, @Nullable String fallback) {
    String set = environment.apply(name);
    if (set != null) {
      return set;
    }
    if (fallback == null) {
      throw new ConfigException(
          key,
          "the environment variable " + name + " is not set",
          "set it, or write {{env:" + name + ":}} for an empty value");
    }
    return fallback.substring(1);
  }
}
