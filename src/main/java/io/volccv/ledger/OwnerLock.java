package io.volccv.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The lock that one process holds on its folder for life. The system drops it when the process
 * dies, however it dies, and keeps it through any pause: who gets it knows that its predecessor is
 * dead.
 *
 * <p>The file is never opened a second time by the process that holds it: closing any channel on it
 * would drop the lock (POSIX). So the locks of this process are known here, and not by trying.
 */
final class OwnerLock implements AutoCloseable {

  private static final String FILE = "owner.lock";
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  /** Another process that looks whether this one is dead holds the lock for a moment. */
  private static final int TRIES = 20;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Path file;
  private final FileChannel channel;
  private final String instance;

  private OwnerLock(Path file, FileChannel channel, String instance) {
    this.file = file;
    this.channel = channel;
    this.instance = instance;
  }

  /**
   * @throws LedgerUnusableException when a living process holds it
   */
  static OwnerLock take(Path folder) {
    try {
      Files.createDirectories(folder);
      Path file = folder.toRealPath().resolve(FILE);
      if (!OWN.add(file)) {
        throw taken(folder);
      }
      OwnerLock lock = null;
      try {
        lock = lock(file);
      } finally {
        if (lock == null) {
          OWN.remove(file);
        }
      }
      if (lock == null) {
        throw taken(folder);
      }
      return lock;
    } catch (IOException e) {
      throw new LedgerUnusableException(
          folder.toString(), "it cannot be used: " + e.getMessage(), "make it writable", e);
    }
  }

  private static LedgerUnusableException taken(Path folder) {
    return new LedgerUnusableException(
        folder.toString(),
        "another process works with it",
        "stop that one, or give this one a folder of its own",
        null);
  }

  /** Null when somebody else holds it. */
  private static @Nullable OwnerLock lock(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, CREATE, READ, WRITE);
    try {
      for (int i = 0; i < TRIES; i++) {
        if (tryLock(channel) != null) {
          OwnerLock lock = new OwnerLock(file, channel, instance(file, id(channel)));
          channel = null;
          return lock;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      return null;
    } finally {
      if (channel != null) {
        channel.close();
      }
    }
  }

  /** Made once: it tells this very file from one of the same name on another machine. */
  private static String id(FileChannel channel) throws IOException {
    String known = read(channel);
    if (!known.isEmpty()) {
      return known;
    }
    String fresh = UUID.randomUUID().toString();
    channel.write(ByteBuffer.wrap(fresh.getBytes(US_ASCII)), 0);
    channel.force(true);
    return fresh;
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(36);
    while (text.hasRemaining() && channel.read(text, text.position()) >= 0) {
      continue;
    }
    return text.hasRemaining() ? "" : new String(text.array(), US_ASCII);
  }

  private static String instance(Path file, String id) throws IOException {
    Object inode = Files.readAttributes(file, "*").get("fileKey");
    return id + " " + inode + " " + host() + " " + file;
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** What tells this process's folder from all others; ends with the lock's path. */
  String instance() {
    return instance;
  }

  /**
   * The folder of another instance, when it is on this machine and nobody holds its lock: its
   * process is dead.
   */
  static Optional<Path> dead(String instance) {
    int path = instance.indexOf(" /");
    if (path < 0) {
      return Optional.empty();
    }
    Path file = Path.of(instance.substring(path + 1));
    if (OWN.contains(file) || !Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel other = FileChannel.open(file, READ, WRITE)) {
      boolean same = instance(file, read(other)).equals(instance);
      FileLock lock = same ? tryLock(other) : null;
      return lock == null ? Optional.empty() : Optional.ofNullable(file.getParent());
    } catch (IOException e) {
      LedgerThread.LOG.debug("Cannot tell whether {} is alive", instance, e);
      return Optional.empty();
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    OWN.remove(file);
  }
}
