package io.volccv.sandbox;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The two ways in; they differ in path and authentication only. */
enum Door {
  GATEWAY("/volcv/v1"),
  VENDOR("/");

  private final String path;

  Door(String path) {
    this.path = path;
  }

  /** The door with this path; one slash more at its end is forgiven. */
  static Optional<Door> at(String path) {
    return Arrays.stream(values())
        .filter(d -> path.equals(d.path) || path.equals(d.path + "/"))
        .findFirst();
  }

  String path() {
    return path;
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
