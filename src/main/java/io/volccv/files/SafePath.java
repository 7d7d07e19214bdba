package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.Printable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Names of strangers below a root of ours: with {@code /} between folders, never leaving the root.
 */
final class SafePath {

  /** What Linux, macOS and Windows file systems take for one name. */
  static final int MAX_NAME_BYTES = 255;

  private static final int MAX_PATH_BYTES = 3000;

  private SafePath() {}

  /**
   * The name itself, checked.
   *
   * @throws InvalidRequestException when it could leave the root, or no file can be called so
   */
  static String check(String name) {
    String wrong = wrong(name);
    if (wrong == null) {
      return name;
    }
    String hint = "rename the file";
    throw new InvalidRequestException(
        "file name '" + Printable.shorten(name, 120) + "' " + wrong + "; " + hint,
        CvError.before("input", hint),
        null);
  }

  /** Whether {@link #check} has nothing to say. */
  static boolean isSafe(String name) {
    return wrong(name) == null;
  }

  /** A name that is surely safe: the name itself, or what is left of it when parts are replaced. */
  static String repaired(String name) {
    if (wrong(name) == null) {
      return name;
    }
    String repaired =
        Arrays.stream(name.split("/"))
            .filter(part -> !part.isEmpty() && !part.equals("."))
            .map(part -> part.equals("..") ? "_" : part)
            .map(part -> part.replaceAll("[\\p{Cc}\\\\]", "_"))
            .map(part -> cut(part, MAX_NAME_BYTES))
            .collect(Collectors.joining("/"));
    return repaired.isEmpty() || repaired.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES
        ? "_"
        : repaired;
  }

  /** At most {@code bytes} bytes of UTF-8, never half a character. */
  static String cut(String name, int bytes) {
    String cut = name;
    while (cut.getBytes(StandardCharsets.UTF_8).length > bytes) {
      cut = cut.substring(0, cut.offsetByCodePoints(cut.length(), -1));
    }
    return cut;
  }

  /**
   * {@code name} with {@code suffix} added to its last part, which is cut when it grows too long.
   */
  static String with(String name, String suffix) {
    int last = name.lastIndexOf('/') + 1;
    int room = MAX_NAME_BYTES - suffix.getBytes(StandardCharsets.UTF_8).length;
    return name.substring(0, last) + cut(name.substring(last), room) + suffix;
  }

  /** The name without the extension of its last part. */
  static String base(String name) {
    int dot = name.lastIndexOf('.');
    return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
  }

  /** What is wrong with the name as a path below a root of ours, null when nothing is. */
  static @Nullable String wrong(String name) {
    if (name.isEmpty()) {
      return "is empty";
    }
    if (name.startsWith("/")) {
      return "is absolute";
    }
    if (name.indexOf('\\') >= 0) {
      return "has a backslash, which is a folder on other systems";
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      return "has a line break or another control character";
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
      return "is longer than " + MAX_PATH_BYTES + " bytes";
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return "has '" + part + "' between its slashes";
      }
      if (part.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
        return "has a part of more than " + MAX_NAME_BYTES + " bytes";
      }
    }
    return null;
  }
}
