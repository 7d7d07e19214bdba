package io.volccv.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures of tasks on disk: what came in, where it must survive the sandbox, and what was
 * drawn.
 */
final class TaskFiles implements AutoCloseable {
  private final Path folder;
  private final boolean keep;

  /**
   * @param folder where the pictures survive the sandbox, or null for a temporary folder
   */
  TaskFiles(@Nullable Path folder) throws IOException {
    this.keep = folder != null;
    this.folder =
        folder == null
            ? Files.createTempDirectory("volccv-sandbox-tasks")
            : Files.createDirectories(folder);
  }

  /** The names of the uploads' files; none where nothing survives the sandbox anyway. */
  List<@Nullable String> keepUploads(String id, List<Upload> uploads) throws IOException {
    List<@Nullable String> names = new ArrayList<>();
    for (int i = 0; keep && i < uploads.size(); i++) {
      byte[] bytes = uploads.get(i).bytes();
      String name = id + ".in" + i;
      if (bytes != null) {
        Files.write(folder.resolve(name), bytes);
      }
      names.add(bytes == null ? null : name);
    }
    return names;
  }

  List<Upload> uploads(List<@Nullable String> names) throws IOException {
    List<Upload> uploads = new ArrayList<>();
    for (String name : names) {
      byte[] bytes = name == null ? null : Files.readAllBytes(folder.resolve(name));
      uploads.add(
          bytes == null
              ? new Upload(null, 0, "", Upload.Problem.NOT_BASE64)
              : new Upload(bytes, bytes.length, Hash.of(bytes), Upload.Problem.NONE));
    }
    return uploads;
  }

  void keepResults(String id, List<byte[]> pictures) throws IOException {
    for (int i = 0; i < pictures.size(); i++) {
      Files.write(result(id, i), pictures.get(i));
    }
  }

  List<byte[]> results(String id, int count) throws IOException {
    List<byte[]> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(Files.readAllBytes(result(id, i)));
    }
    return pictures;
  }

  /**
   * Deletes what the task has no use for any more: its uploads, and when it is over its results.
   */
  void delete(Task task, boolean over) {
    try {
      for (String name : task.uploads()) {
        if (name != null) {
          Files.deleteIfExists(folder.resolve(name));
        }
      }
      int results = task.phase() instanceof Task.Done done && over ? done.pictures() : 0;
      for (int i = 0; i < results; i++) {
        Files.deleteIfExists(result(task.id(), i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the pictures of a task can't be deleted", e);
    }
  }

  /** Deletes the files of tasks that never came to be, or that nobody knows any more. */
  void sweep(Set<String> ids) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path file : all.toList()) {
        if (!ids.contains(file.getFileName().toString().replaceFirst("\\..*", ""))) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private Path result(String id, int index) {
    return folder.resolve(id + ".out" + index);
  }

  @Override
  public void close() throws IOException {
    if (keep) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(folder);
    } catch (NoSuchFileException e) {
      // Closed before.
      return;
    }
  }
}
