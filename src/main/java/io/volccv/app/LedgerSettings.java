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

  private static final String RESPONSE_TIMEOUT = "camel.component.volccv.responseTimeout";

  private final Settings settings;

  LedgerSettings(Settings settings) {
    this.settings = settings;
  }

  /** A ledger that outlives the process; empty for {@code memory}. Not started yet. */
  Optional<JdbcLedger> ledger() {
    String url = settings.get("volccv.ledger");
    if (url.equals(MEMORY)) {
      return Optional.empty();
    }
    Path kept = Path.of(settings.get("volccv.spool")).resolve("kept");
    return Optional.of(new JdbcLedger(url, kept, quota(), budget(), responseTimeout()));
  }

  Quota quota() {
    return new Quota(
        settings.get("volccv.quota.account"),
        number("volccv.quota.rate").map(BigDecimal::doubleValue).orElse(0.0),
        number("volccv.quota.concurrency").map(BigDecimal::intValueExact).orElse(0),
        number("volccv.quota.maxWaiting").map(BigDecimal::intValueExact).orElse(1000));
  }

  Budget budget() {
    return new Budget(
        new Budget.Caps(
            money("volccv.budget.day.cny"),
            number("volccv.budget.day.images").map(BigDecimal::longValueExact),
            money("volccv.budget.total.cny"),
            number("volccv.budget.total.images").map(BigDecimal::longValueExact)),
        Map.of(),
        money("volccv.budget.pricePerCall"),
        ZoneId.of(settings.get("volccv.budget.zone")));
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
