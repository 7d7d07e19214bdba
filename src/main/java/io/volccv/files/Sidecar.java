package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.IoReason;
import io.volccv.error.Printable;
import io.volccv.model.Job;
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
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What lies beside a picture and says how to treat it: {@code photo.yaml}, {@code photo.yml},
 * {@code photo.json} or {@code photo.txt} beside {@code photo.jpg}. A {@code .txt} is the whole
 * prompt; the others are jobs as {@link JobReader} reads them.
 */
final class Sidecar {

  /** The picture is the one beside it, and a folder has no order. */
  private static final Set<String> REFUSED = Set.of("pictures", "priority");

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
   * Refuses one key for two pictures: the second would be taken for the first, and get its result.
   *
   * @param job as the sidecar has it
   * @param shared whether there is another picture of the same base name
   */
  static void requireOwnKey(Job job, boolean shared) {
    if (job.choices().jobKey() != null && shared) {
      throw error(
          "the sidecar has a jobKey, and there is more than one picture of its name",
          "rename one of them, or leave jobKey out",
          null);
    }
  }

  /**
   * The job {@code plain} with what the sidecar says.
   *
   * @throws InvalidRequestException when it is too large or not as it should be; says what to write
   */
  static Job read(Path file, Job plain) {
    String name = String.valueOf(file.getFileName());
    String text = text(file, name);
    JobReader reader = new JobReader(plain.source(), "sidecar", REFUSED);
    String where = "sidecar " + name;
    if (name.toLowerCase(Locale.ROOT).endsWith(".txt")) {
      return reader.read(plain, Map.of("prompt", text), where);
    }
    try {
      return reader.read(plain, MapFile.parse(name, text), where);
    } catch (IllegalArgumentException e) {
      throw error(
          where + " " + Printable.shorten(String.valueOf(e.getMessage()), 300),
          "see docs/jobs.md for examples",
          e);
    }
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
