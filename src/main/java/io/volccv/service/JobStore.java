package io.volccv.service;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.files.Output;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is known of jobs after their request is over, in a folder for each:
 *
 * <pre>
 * ab/abc...       SHA-256 of the id
 *   request.json  when it came, and the fingerprint of what was asked
 *   queued        it is in the queue
 *   1.jpg ...     its pictures
 *   result.json   it ended well: what its pictures are
 *   error.json    it ended otherwise: how, and why
 * </pre>
 *
 * Each is written whole and synced, so that the state of a job is what is there, also for other
 * processes with the same folder, and after a crash.
 */
final class JobStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REQUEST = "request.json";
  private static final String QUEUED = "queued";
  private static final String RESULT = "result.json";
  private static final String ERROR = "error.json";
  private static final String PICTURES = "pictures";

  /** A picture of a job's result. */
  record Picture(Path file, String type, long bytes, ObjectNode provenance) {}

  /**
   * How a job ended.
   *
   * @param outcome {@code done}, {@code failed}, {@code rejected}, {@code invalid}, {@code unknown}
   * @param pictures none unless {@code done}
   * @param error why it is not done, else null
   */
  record End(String outcome, List<Picture> pictures, @Nullable ObjectNode error) {}

  private final Path folder;

  JobStore(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes the job known.
   *
   * @return the fingerprint of the request that made it known; of another one when it is not new
   */
  String open(String id, String fingerprint) throws IOException {
    Path job = folder(id);
    Disk.make(job);
    ObjectNode known = read(job.resolve(REQUEST));
    if (known != null) {
      return known.path("fingerprint").asText();
    }
    ObjectNode request = JSON.createObjectNode();
    request.put("id", id).put("created", Instant.now().toString()).put("fingerprint", fingerprint);
    Disk.write(job.resolve(REQUEST), JSON.writeValueAsBytes(request));
    return fingerprint;
  }

  boolean isQueued(String id) {
    return Files.exists(folder(id).resolve(QUEUED));
  }

  void queued(String id) throws IOException {
    Disk.write(folder(id).resolve(QUEUED), new byte[0]);
  }

  /** When its request came; null when the job is not known. */
  @Nullable Instant created(String id) throws IOException {
    ObjectNode request = read(folder(id).resolve(REQUEST));
    return request == null ? null : Instant.parse(request.path("created").asText());
  }

  /** Keeps the pictures of a job; those of the same job that were kept before are replaced. */
  void keep(String id, List<Output> outputs) throws IOException {
    Path job = folder(id);
    Disk.make(job);
    ObjectNode result = JSON.createObjectNode();
    for (Output output : outputs) {
      String extension = output.image().format().extension();
      String name = result.withArray(PICTURES).size() + 1 + "." + extension;
      Path part = job.resolve(".part-" + name);
      try (InputStream in = output.image().stream()) {
        Files.copy(in, part, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      }
      Disk.sync(part);
      Disk.move(part, job.resolve(name));
      ObjectNode picture = result.withArray(PICTURES).addObject();
      picture.put("file", name).put("type", output.image().format().mediaType());
      picture.put("bytes", Files.size(job.resolve(name)));
      picture.set("provenance", JSON.readTree(output.provenance()));
    }
    Disk.write(job.resolve(RESULT), JSON.writeValueAsBytes(result));
  }

  /** The job ended, and nobody kept its pictures here; nothing happens to one that is not known. */
  void done(String id) throws IOException {
    Path job = folder(id);
    if (Files.isDirectory(job) && !Files.exists(job.resolve(RESULT))) {
      Disk.write(
          job.resolve(RESULT),
          "{\"pictures\":[]}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** The job ended otherwise; nothing happens to one that is not known. */
  void failed(String id, String outcome, ObjectNode error) throws IOException {
    Path job = folder(id);
    if (Files.isDirectory(job)) {
      Disk.write(job.resolve(ERROR), JSON.writeValueAsBytes(error.put("outcome", outcome)));
    }
  }

  /** How the job ended; null while it has not. One that failed first and was made later is done. */
  @Nullable End end(String id) throws IOException {
    Path job = folder(id);
    ObjectNode result = read(job.resolve(RESULT));
    if (result != null) {
      List<Picture> pictures = new ArrayList<>();
      result
          .path(PICTURES)
          .forEach(
              one ->
                  pictures.add(
                      new Picture(
                          job.resolve(one.path("file").asText()),
                          one.path("type").asText(),
                          one.path("bytes").asLong(),
                          one.path("provenance").deepCopy())));
      return new End("done", pictures, null);
    }
    ObjectNode error = read(job.resolve(ERROR));
    return error == null ? null : new End(error.remove("outcome").asText(), List.of(), error);
  }

  /**
   * Forgets that it was queued, and why it failed, in this order: as long as it is not queued anew,
   * it can be asked for again.
   */
  void again(String id) throws IOException {
    Disk.remove(folder(id).resolve(QUEUED));
    Disk.remove(folder(id).resolve(ERROR));
  }

  /**
   * Forgets the jobs that ended so long ago, and those that never came into the queue.
   *
   * @param uploads where the input pictures of jobs are, in a folder with the name of theirs
   */
  void sweep(Duration keep, Path uploads) throws IOException {
    Instant oldest = Instant.now().minus(keep);
    for (Path shelf : list(folder)) {
      for (Path job : list(shelf)) {
        boolean isUnderWay =
            Files.exists(job.resolve(QUEUED))
                && !Files.exists(job.resolve(RESULT))
                && !Files.exists(job.resolve(ERROR));
        if (!isUnderWay && Files.getLastModifiedTime(job).toInstant().isBefore(oldest)) {
          Disk.delete(uploads.resolve(String.valueOf(job.getFileName())));
          Disk.delete(job);
        }
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(Files::isDirectory).toList();
    }
  }

  private Path folder(String id) {
    String name = JobIds.folder(id);
    return folder.resolve(name.substring(0, 2)).resolve(name);
  }

  private static @Nullable ObjectNode read(Path file) throws IOException {
    try {
      return (ObjectNode) JSON.readTree(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
