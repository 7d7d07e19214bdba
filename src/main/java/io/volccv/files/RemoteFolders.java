package io.volccv.files;

import io.volccv.error.Printable;
import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders on a server that inputs are moved to, and those that could not be moved yet. */
final class RemoteFolders {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteFolders.class);

  private final Map<Outcome, Path> folders = new EnumMap<>(Outcome.class);
  private final FreeNames free = new FreeNames(this::exists);
  private final ConcurrentLinkedQueue<RemoteInput> waiting = new ConcurrentLinkedQueue<>();
  private String source = "ftp";
  private volatile @Nullable RemoteStore store;

  void setSource(String source) {
    this.source = source;
  }

  void set(Outcome outcome, String folder) {
    folders.put(outcome, Path.of(folder));
  }

  void setStore(RemoteStore store) {
    this.store = store;
  }

  boolean hasStore() {
    return store != null;
  }

  RemoteStore store() {
    RemoteStore known = store;
    if (known == null) {
      throw new IllegalStateException("no poll has begun; is it the pollStrategy of the source?");
    }
    return known;
  }

  Path of(Outcome outcome) {
    return folders.get(outcome);
  }

  Place claim(Path folder, String name, @Nullable String sidecar) {
    return Place.claim(free, folder, name, sidecar == null ? null : Path.of(sidecar));
  }

  void tellGone(String path) {
    LOG.warn("{}: {} is gone from the server", source, Printable.shorten(path, 200));
  }

  void holdBack(RemoteInput input, Exception why) {
    LOG.warn(
        "{}: cannot move {} on the server yet: {}",
        source,
        Printable.shorten(input.path(), 200),
        RemoteReason.of(why));
    waiting.add(input);
  }

  boolean holdsBack(String path) {
    return waiting.stream().anyMatch(input -> input.path().equals(path));
  }

  /**
   * Moves the next one that could not be moved when it ended. One that still cannot goes to the end
   * of the line, so that it holds up no other.
   *
   * @return its path, null when there is none
   * @throws IOException that it is too early
   */
  @Nullable String moveNext() throws IOException {
    RemoteInput next = waiting.peek();
    if (next == null) {
      return null;
    }
    try {
      next.move();
    } catch (IOException | UncheckedIOException e) {
      waiting.add(next); // first, so that it is held back all the time
      waiting.remove(next);
      throw e instanceof IOException io ? io : ((UncheckedIOException) e).getCause();
    }
    waiting.remove(next);
    return next.path();
  }

  /** The source stops. */
  void close() {
    List<RemoteInput> left = List.copyOf(waiting);
    waiting.clear();
    if (!left.isEmpty()) {
      LOG.warn("{}: {} inputs were not moved, and will be taken again", source, left.size());
    }
    RemoteStore known = store;
    if (known != null) {
      known.close();
    }
  }

  private boolean exists(Path path) {
    try {
      return store().exists(text(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As the server has it. */
  static String text(Path path) {
    return path.toString().replace('\\', '/');
  }
}
