package io.volccv.app;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.main.MainConfigurationProperties;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.util.StringHelper;

/**
 * Looks at the numbers among Camel's options before Camel does, which takes {@code abc} for 0 and
 * {@code 60s} for 60000 seconds without a word.
 */
final class CamelNumbers {
  private static final Pattern OPTION =
      Pattern.compile("camel\\.(main|component\\.([^.]+))\\.([^.]+)");
  private static final Pattern WHOLE = Pattern.compile("-?\\d{1,18}");
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9}(ms|s|m|h|d))+");
  private static final List<Class<?>> NUMBERS =
      List.of(int.class, Integer.class, long.class, Long.class);

  private final CamelContext context;

  CamelNumbers(CamelContext context) {
    this.context = context;
  }

  /**
   * @throws ConfigException on the first option that holds no number where one belongs
   */
  void check(Map<String, String> properties) {
    properties.forEach(
        (key, value) -> {
          Matcher option = OPTION.matcher(key);
          if (option.matches() && type(option) instanceof Class<?> type) {
            check(key, type, context.resolvePropertyPlaceholders(value).strip());
          }
        });
  }

  private Object type(Matcher option) {
    String name =
        option.group(2) == null
            ? MainConfigurationProperties.class.getName()
            : option.group(2) + "-component";
    PropertyConfigurer configurer =
        PluginHelper.getConfigurerResolver(context).resolvePropertyConfigurer(name, context);
    return configurer instanceof PropertyConfigurerGetter types
        ? types.getOptionType(StringHelper.dashToCamelCase(option.group(3)), true)
        : null;
  }

  private static void check(String key, Class<?> type, String value) {
    if (!NUMBERS.contains(type) || WHOLE.matcher(value).matches()) {
      return;
    }
    // An int counts things, or seconds; of a duration Camel would make milliseconds for it.
    if (type == int.class || type == Integer.class) {
      throw new ConfigException(key, "'" + value + "' is not a whole number", "write digits only");
    }
    if (!DURATION.matcher(value).matches()) {
      throw new ConfigException(
          key,
          "'" + value + "' is neither a number nor a duration",
          "write for example 5000 or 5s");
    }
  }
}
