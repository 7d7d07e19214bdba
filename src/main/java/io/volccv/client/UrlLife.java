package io.volccv.client;

import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** When a result URL dies: it says so itself, in {@code x-expires} (seconds since 1970). */
final class UrlLife {

  private static final Pattern EXPIRES = Pattern.compile("[?&]x-expires=(\\d{1,12})(&|$)");

  private UrlLife() {}

  static Optional<Instant> end(String url) {
    Matcher found = EXPIRES.matcher(url);
    return found.find()
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(found.group(1))))
        : Optional.empty();
  }
}
