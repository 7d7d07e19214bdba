package io.volccv.files;

import io.volccv.model.Content;
import io.volccv.model.MapFile;
import io.volccv.picture.PictureMarks;
import io.volccv.picture.PngText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a picture's file and the {@code .json} beside it tell of where it comes from.
 *
 * @param picture the file
 * @param sha256 its hash in lower-case hex
 * @param beside the fields of the {@code .json}; null without one
 * @param inside the fields in the picture; null without any
 * @param marks of origin in the picture, {@code C2PA} or {@code AIGC}
 */
public record ProvenanceRecord(
    Path picture,
    String sha256,
    @Nullable Map<String, Object> beside,
    @Nullable Map<String, Object> inside,
    Set<String> marks) {

  private static final String SUFFIX = ".json";
  private static final int MAX_BYTES = 1 << 20;

  /** What both places tell, and must tell alike. */
  private static final List<String> SHARED =
      List.of("prompt", "reqKey", "seed", "requestId", "taskId", "inputSha256", "jobKey");

  public ProvenanceRecord {
    marks = new LinkedHashSet<>(marks);
  }

  /**
   * Reads both.
   *
   * @param file the picture, or its {@code .json}
   * @throws NoSuchFileException when there is no such picture
   * @throws IllegalArgumentException when the {@code .json} is none; says why
   * @throws IOException when one of them cannot be read
   */
  public static ProvenanceRecord read(Path file) throws IOException {
    String name = file.toString();
    Path shorter = Path.of(name.replaceFirst("\\.json$", ""));
    Path picture = name.endsWith(SUFFIX) && Files.isRegularFile(shorter) ? shorter : file;
    if (!Files.isRegularFile(picture)) {
      throw new NoSuchFileException(picture.toString());
    }
    Content content = Content.of(picture);
    Optional<String> inside = PngText.read(content);
    return new ProvenanceRecord(
        picture,
        Hashes.sha256(picture),
        beside(Path.of(picture + SUFFIX)),
        inside.isEmpty() ? null : MapFile.parseJson(inside.get()),
        PictureMarks.of(content));
  }

  private static @Nullable Map<String, Object> beside(Path json) throws IOException {
    if (!Files.isRegularFile(json)) {
      return null;
    }
    if (Files.size(json) > MAX_BYTES) {
      throw new IllegalArgumentException("is longer than " + MAX_BYTES + " bytes");
    }
    return MapFile.parseJson(Files.readString(json, StandardCharsets.UTF_8));
  }

  /** Whether anything tells where it comes from. */
  public boolean isKnown() {
    return beside != null || inside != null;
  }

  /** Whether the file is the one that was written; null without a hash beside it. */
  public @Nullable Boolean isVerified() {
    if (beside == null || !(beside.get("outputSha256") instanceof String written)) {
      return null;
    }
    return written.equals(sha256);
  }

  /** The fields in which the two places differ; none when one of them is not there. */
  public List<String> differences() {
    return beside == null || inside == null
        ? List.of()
        : SHARED.stream()
            .filter(field -> !Objects.equals(text(beside, field), text(inside, field)))
            .toList();
  }

  private static String text(Map<String, Object> fields, String name) {
    return String.valueOf(fields.get(name));
  }
}
