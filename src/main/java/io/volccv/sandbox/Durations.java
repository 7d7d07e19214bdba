package io.volccv.sandbox;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people write them: {@code 200ms}, {@code 0.2s}, {@code 24h}. */
final class Durations {
  private static final Pattern TEXT = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h|d)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Durations() {}

  static Duration parse(String text) {
    Matcher matcher = TEXT.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a duration; write a number and ms, s, m, h or d, such as 200ms");
    }
    Duration unit = UNITS.get(matcher.group(2));
    BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(new BigDecimal(unit.toNanos()));
    try {
      return Duration.ofNanos(nanos.toBigInteger().longValueExact());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is too long a duration", e);
    }
  }

  /** The way Go prints a duration, which is what the service's {@code time_elapsed} holds. */
  static String go(Duration duration) {
    long nanos = duration.toNanos();
    if (nanos < 1_000) {
      return nanos + "ns";
    }
    if (nanos < 1_000_000) {
      return decimal(nanos, 3) + "µs";
    }
    if (nanos < 1_000_000_000) {
      return decimal(nanos, 6) + "ms";
    }
    long minutes = duration.toMinutes();
    String seconds = decimal(nanos - minutes * 60_000_000_000L, 9) + "s";
    return minutes == 0 ? seconds : minutes + "m" + seconds;
  }

  private static String decimal(long nanos, int places) {
    if (nanos == 0) {
      return "0";
    }
    return BigDecimal.valueOf(nanos, places).stripTrailingZeros().toPlainString();
  }
}
