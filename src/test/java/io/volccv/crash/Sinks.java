package io.volccv.crash;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;

import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/** Two folders that pictures go to; each knows its own by the key beside the picture. */
final class Sinks {

  static final List<String> NAMES = List.of("first", "second");

  private final Path home;

  Sinks(Path home) {
    this.home = home;
  }

  /** As the folder sink does: who comes first says whose it is, then the picture under its name. */
  void write(String sink, String id, CvResult result) throws IOException {
    Path folder = Files.createDirectories(home.resolve("outbox").resolve(sink));
    for (CvImage image : result.images()) {
      Path owner = folder.resolve(id + ".key");
      if (Files.exists(owner) && !Files.readString(owner).equals(id)) {
        throw new IOException(owner + " is another job's");
      }
      Path part = folder.resolve(".part-" + UUID.randomUUID());
      Files.writeString(part, id);
      Files.move(part, owner, StandardCopyOption.ATOMIC_MOVE);
      try (InputStream bytes = image.stream()) {
        Files.copy(bytes, part);
      }
      Files.move(part, folder.resolve(id + ".png"), StandardCopyOption.ATOMIC_MOVE);
      Files.writeString(home.resolve("deliveries"), sink + " " + id + "\n", UTF_8, CREATE, APPEND);
    }
  }
}
