package io.volccv.sandbox;

import java.time.Clock;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;

/** Ids in the service's shapes. */
final class Ids {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss", Locale.ROOT);

  private final Clock clock;
  private final Random random;

  Ids(Clock clock, Random random) {
    this.clock = clock;
    this.random = random;
  }

  /** {@code 20240718155811} and 18 hex digits. */
  String stamped() {
    return LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC).format(STAMP)
        + hex(9).toUpperCase(Locale.ROOT);
  }

  /** 19 digits, as task ids have them: more than a double holds, and a long just does. */
  String task() {
    return Long.toString(7_000_000_000_000_000_000L + random.nextLong(1_000_000_000_000_000_000L));
  }

  String now() {
    return clock.instant().toString();
  }

  String hex(int bytes) {
    byte[] noise = new byte[bytes];
    random.nextBytes(noise);
    return HexFormat.of().formatHex(noise);
  }
}
