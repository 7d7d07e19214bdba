package io.volccv.app;

import io.volccv.ledger.Budget.Caps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The budgets of single routes, as {@code volccv.budget.route.ID.day.cny} and its kind say. A job
 * belongs to the route that took it from its source.
 */
final class RouteBudgets {
  private static final String PREFIX = "volccv.budget.route.";
  private static final Pattern KEY =
      Pattern.compile(Pattern.quote(PREFIX) + "(.+)\\.((?:day|total)\\.(?:cny|images))");

  private RouteBudgets() {}

  static boolean owns(String key) {
    return key.startsWith(PREFIX);
  }

  /**
   * @return the value as {@link LedgerSettings} reads it; empty for none
   * @throws ConfigException when it is no budget of a route
   */
  static String check(Home home, String key, String value) {
    Matcher parts = KEY.matcher(key);
    if (!parts.matches()) {
      throw new ConfigException(
          key,
          "there is no such property",
          "write " + PREFIX + "ID.day.cny, or day.images," + " total.cny, total.images");
    }
    return Setting.check("volccv.budget." + parts.group(2)).apply(home, key, value);
  }

  /** The routes with a budget, and the beginning of its properties. */
  static Map<String, String> routes(Map<String, String> app) {
    Map<String, String> routes = new LinkedHashMap<>();
    for (String key : app.keySet()) {
      Matcher parts = KEY.matcher(key);
      if (parts.matches()) {
        routes.put(parts.group(1), PREFIX + parts.group(1) + ".");
      }
    }
    return routes;
  }

  /**
   * A budget of a route that is mistyped would limit nothing, and nobody would notice.
   *
   * @param budgets by route
   * @param known the ids of all routes
   */
  static void requireRoutes(Map<String, Caps> budgets, List<String> known) {
    Set<String> missing = new TreeSet<>(budgets.keySet());
    missing.removeAll(Set.copyOf(known));
    for (String route : missing) {
      throw new ConfigException(
          PREFIX + route,
          "there is no route " + route,
          "write one of " + String.join(", ", new TreeSet<>(known)));
    }
  }
}
