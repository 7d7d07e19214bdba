package io.volccv.app;

import java.time.Duration;

/** How long something has been so, in its two largest units. */
final class Age {
  private Age() {}

  /** {@code 12s}, {@code 5m 3s}, {@code 2h 5m}, {@code 3d 2h}; nothing below zero. */
  static String of(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    long days = seconds / 86_400;
    long hours = seconds / 3600 % 24;
    long minutes = seconds / 60 % 60;
    if (days > 0) {
      return days + "d " + hours + "h";
    }
    if (hours > 0) {
      return hours + "h " + minutes + "m";
    }
    return minutes > 0 ? minutes + "m " + seconds % 60 + "s" : seconds + "s";
  }
}
