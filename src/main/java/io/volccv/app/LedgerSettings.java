package io.volccv.app;

import io.volccv.ledger.Budget;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Quota;
import io.volccv.model.Money;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.util.TimeUtils;

/**
 * The ledger, the quota and the budget, as {@code volccv.ledger}, {@code quota.*}, {@code budget.*}
 * say.
 */
final class LedgerSettings {

  static final String MEMORY = "memory";
  static final String SQLITE = "jdbc:sqlite:";
  static final String POSTGRESQL = "jdbc:postgresql:";

  private static final String BUDGET = "volccv.budget.";
  private static final String RESPONSE_TIMEOUT = "camel.component.volccv.responseTimeout";

  private final Settings settings;

  LedgerSettings(Settings settings) {
    this.settings = settings;
  }

  /**
   * A ledger that outlives the process; empty for {@code memory}. Not started yet.
   *
   * @throws ConfigException when there is a budget that would be forgotten with the process
   */
  Optional<JdbcLedger> ledger() {
    if (url().isEmpty()) {
      settings.app().keySet().stream()
          .filter(key -> key.matches("volccv\\.budget\\..*(day|total)\\.(cny|images)"))
          .findFirst()
          .ifPresent(
              key -> {
                throw new ConfigException(
                    key,
                    "is not kept by volccv.ledger=memory",
                    "write volccv.ledger=jdbc:sqlite:data/ledger.db, or leave the budget out");
              });
    }
    Path kept = Path.of(settings.get("volccv.spool")).resolve("kept");
    return url().map(url -> new JdbcLedger(url, kept, quota(), budget(), responseTimeout()));
  }

  /** Where the ledger is that outlives the process; empty for {@code memory}. */
  Optional<String> url() {
    return Optional.of(settings.get("volccv.ledger")).filter(url -> !url.equals(MEMORY));
  }

  Quota quota() {
    return new Quota(
        settings.get("volccv.quota.account"),
        number("volccv.quota.rate").map(BigDecimal::doubleValue).orElse(0.0),
        number("volccv.quota.concurrency").map(BigDecimal::intValueExact).orElse(0),
        number("volccv.quota.maxWaiting").map(BigDecimal::intValueExact).orElse(1000));
  }

  Budget budget() {
    Map<String, Budget.Caps> routes = new LinkedHashMap<>();
    RouteBudgets.routes(settings.app()).forEach((route, prefix) -> routes.put(route, caps(prefix)));
    return new Budget(
        caps(BUDGET),
        routes,
        money("volccv.budget.pricePerCall"),
        ZoneId.of(settings.get("volccv.budget.zone")));
  }

  private Budget.Caps caps(String prefix) {
    return new Budget.Caps(
        money(prefix + "day.cny"),
        number(prefix + "day.images").map(BigDecimal::longValueExact),
        money(prefix + "total.cny"),
        number(prefix + "total.images").map(BigDecimal::longValueExact));
  }

  private Optional<Money> money(String key) {
    return number(key).map(Money::ofCny);
  }

  private Optional<BigDecimal> number(String key) {
    return Optional.ofNullable(settings.app().get(key)).map(BigDecimal::new);
  }

  private Duration responseTimeout() {
    String value = settings.camel().getOrDefault(RESPONSE_TIMEOUT, "120000");
    return Duration.ofMillis(TimeUtils.toMilliSeconds(value));
  }

  /** {@code jdbc:sqlite:} with a path below the home, {@code jdbc:postgresql:}, or memory. */
  static String check(Home home, String key, String value) {
    if (value.equals(MEMORY) || value.startsWith(POSTGRESQL)) {
      return value;
    }
    if (value.startsWith(SQLITE) && value.length() > SQLITE.length()) {
      return SQLITE + home.resolve(value.substring(SQLITE.length()));
    }
    throw new ConfigException(
        key,
        "'" + value.replaceFirst("[?@].*", "...") + "' is no ledger",
        "write jdbc:sqlite:FILE, jdbc:postgresql://HOST/DATABASE or memory");
  }

  static Setting.Check number(String least, String most, int decimals) {
    return (home, key, value) -> {
      if (value.isBlank()) {
        return "";
      }
      String instead = "write a number from " + least + " to " + most + ", or nothing";
      try {
        BigDecimal number = new BigDecimal(value.strip());
        boolean fits =
            number.compareTo(new BigDecimal(least)) >= 0
                && number.compareTo(new BigDecimal(most)) <= 0
                && number.stripTrailingZeros().scale() <= decimals;
        if (!fits) {
          throw new ConfigException(key, "'" + value + "' does not fit", instead);
        }
        return number.toPlainString();
      } catch (NumberFormatException e) {
        throw new ConfigException(key, "'" + value + "' is no number; " + instead, e);
      }
    };
  }

  static String zone(Home home, String key, String value) {
    try {
      return ZoneId.of(value).getId();
    } catch (DateTimeException e) {
      throw new ConfigException(
          key, "'" + value + "' is no time zone; write one such as Asia/Shanghai", e);
    }
  }
}
