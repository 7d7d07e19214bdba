package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.IoReason;
import io.volccv.error.Printable;
import io.volccv.model.MapFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside a picture and says how to treat it: {@code photo.yaml}, {@code photo.yml},
 * {@code photo.json} or {@code photo.txt} beside {@code photo.jpg}.
 *
 * @param prompt the whole prompt (a {@code .txt} is nothing else); null when there is none
 * @param fields for the prompt template
 * @param params for the call
 */
record Sidecar(@Nullable String prompt, Map<String, Object> fields, Map<String, Object> params) {

  static final Sidecar NONE = new Sidecar(null, Map.of(), Map.of());

  private static final List<String> EXTENSIONS =
      List.of(".yaml", ".yml", ".json", ".txt", ".YAML", ".YML", ".JSON", ".TXT");
  static final List<String> PICTURES =
      List.of(
          ".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff", ".JPG", ".JPEG",
          ".PNG");

  /**
   * The sidecar's file, empty when there is none.
   *
   * @param root the folder that a symbolic link may not leave
   * @throws InvalidRequestException when there are several, or when it leads out of {@code root}
   */
  static Optional<Path> find(Path root, Path picture) {
    List<Path> found = existing(picture, EXTENSIONS).toList();
    if (found.size() > 1 && !sameFile(found)) {
      String two = found.get(0).getFileName() + " and " + found.get(1).getFileName();
      throw error("there are two sidecars, " + two, "keep one of them", null);
    }
    found.stream().findFirst().ifPresent(file -> requireInside(root, file));
    return found.stream().findFirst();
  }

  /** Whether another picture of the same base name lies beside it, which has the same sidecar. */
  static boolean isShared(Path picture) {
    return existing(picture, PICTURES).anyMatch(other -> !other.equals(picture));
  }

  /**
   * Reads it.
   *
   * @throws InvalidRequestException when it is too large or not as it should be; says what to write
   */
  static Sidecar read(Path file) {
    String name = String.valueOf(file.getFileName());
    String text = text(file, name);
    if (name.toLowerCase(java.util.Locale.ROOT).endsWith(".txt")) {
      return new Sidecar(text, Map.of(), Map.of());
    }
    try {
      Map<String, Object> values = MapFile.parse(name, text);
      for (String key : values.keySet()) {
        if (!List.of("prompt", "fields", "params").contains(key)) {
          throw new IllegalArgumentException(
              "has the name " + key + "; it may have prompt, fields and params");
        }
      }
      Object prompt = values.get("prompt");
      if (prompt != null && !(prompt instanceof String)) {
        throw new IllegalArgumentException("has a prompt that is not a text");
      }
      return new Sidecar((String) prompt, map(values, "fields"), map(values, "params"));
    } catch (IllegalArgumentException e) {
      throw error(
          "sidecar " + Printable.shorten(name + " " + e.getMessage(), 300),
          "see samples/ for examples",
          e);
    }
  }

  private static Map<String, Object> map(Map<String, Object> values, String key) {
    Object value = values.get(key);
    if (value == null) {
      return Map.of();
    }
    if (value instanceof Map<?, ?> map) {
      return MapFile.textKeys(map);
    }
    throw new IllegalArgumentException("has " + key + " that are no map of names and values");
  }

  private static String text(Path file, String name) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MapFile.MAX_BYTES + 1);
      if (bytes.length > MapFile.MAX_BYTES) {
        throw error("sidecar " + name + " is larger than 64 KB", "shorten it", null);
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw error("sidecar " + name + " is not UTF-8", "save it as UTF-8", e);
    } catch (IOException e) {
      throw error("cannot read sidecar " + name + ": " + IoReason.of(e), "make it readable", e);
    }
  }

  private static Stream<Path> existing(Path picture, List<String> extensions) {
    String base = SafePath.base(String.valueOf(picture.getFileName()));
    return extensions.stream()
        .map(extension -> picture.resolveSibling(base + extension))
        .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS));
  }

  /** On a file system that ignores case, photo.txt and photo.TXT are one. */
  private static boolean sameFile(List<Path> files) {
    try {
      return Files.isSameFile(files.get(0), files.get(1)) && files.size() == 2;
    } catch (IOException e) {
      throw error("cannot read the sidecar: " + IoReason.of(e), "make it readable", e);
    }
  }

  private static void requireInside(Path root, Path file) {
    try {
      if (!file.toRealPath().startsWith(root.toRealPath())) {
        throw error(
            "sidecar " + file.getFileName() + " is a link that leaves the inbox", "copy it", null);
      }
    } catch (IOException e) {
      throw error(
          "cannot read sidecar " + file.getFileName() + ": " + IoReason.of(e),
          "make it readable",
          e);
    }
  }

  private static InvalidRequestException error(
      String message, String hint, @Nullable Exception cause) {
    return new InvalidRequestException(
        Printable.shorten(message, 400) + "; " + hint, CvError.before("sidecar", hint), cause);
  }
}
