package io.volccv.files;

import java.util.HashMap;
import java.util.Map;
import org.apache.camel.component.file.GenericFile;

/**
 * Which files of a server have not changed for a while, by the clock of this machine: the times of
 * a server have minutes, and a time zone that nobody knows. For one thread.
 */
final class StillFiles {

  /** So many files at most are watched; of a larger folder the others wait. */
  private static final int MAX_WATCHED = 20_000;

  /** What a file looked like in a listing, and since when. */
  private record Seen(long size, long time, long since, long poll) {}

  private final Map<String, Seen> watched = new HashMap<>();

  /**
   * Whether the file is as it was {@code age} ago.
   *
   * @param poll the number of the listing that it is in
   * @param now in nanoseconds, as {@code age}
   */
  boolean isStill(GenericFile<?> file, long poll, long now, long age) {
    String path = file.getAbsoluteFilePath();
    long size = file.getFileLength();
    long time = file.getLastModified();
    Seen before = watched.get(path);
    if (before == null && watched.size() >= MAX_WATCHED) {
      return false;
    }
    boolean same = before != null && before.size() == size && before.time() == time;
    Seen seen = new Seen(size, time, same ? before.since() : now, poll);
    watched.put(path, seen);
    return now - seen.since() >= age;
  }

  void forget(String path) {
    watched.remove(path);
  }

  /** Those that were in no listing from this one on. */
  void forgetBefore(long poll) {
    watched.values().removeIf(seen -> seen.poll() < poll);
  }

  boolean isEmpty() {
    return watched.isEmpty();
  }
}
