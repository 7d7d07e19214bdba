package io.volccv.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where {@link Outputs} looks for names that are taken: this machine, or a server. */
public interface OutputStore {

  /** The folders of this machine. */
  OutputStore LOCAL =
      new OutputStore() {
        @Override
        public String plain(String name) {
          return name;
        }

        @Override
        public boolean exists(Path file) {
          return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        }

        @Override
        public @Nullable JsonNode provenance(Path file) {
          try {
            return new ObjectMapper().readTree(file.toFile());
          } catch (IOException e) {
            return null; // none, or none of ours: then the picture is not ours either
          }
        }

        @Override
        public boolean isThere(Path picture, long length, String sha256) {
          return false; // to write it again is as quick as to read it, and replaces it in one step
        }
      };

  /** A name that a file there can have. */
  String plain(String name);

  /**
   * Whether the name is taken.
   *
   * @throws java.io.UncheckedIOException when that cannot be known
   */
  boolean exists(Path file);

  /** The JSON beside a picture; null when there is none. */
  @Nullable JsonNode provenance(Path file);

  /**
   * Whether this very picture is there already, whole, with its provenance. Else nothing is there
   * any more that would be in the way.
   *
   * @param picture free, or this job's own
   */
  boolean isThere(Path picture, long length, String sha256) throws IOException;

  /** A field of a provenance; null when there is none. */
  static @Nullable String text(@Nullable JsonNode provenance, String field) {
    return provenance == null || provenance.get(field) == null
        ? null
        : provenance.get(field).textValue();
  }
}
