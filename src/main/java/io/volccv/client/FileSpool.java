package io.volccv.client;

import io.volccv.model.Content;
import io.volccv.model.Spool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A spool in a folder: small pictures stay in memory, larger ones are files. Each spool has a
 * sub-folder of its own, which it locks, so that several processes can share a folder and what a
 * killed one left behind is swept by the next.
 */
public final class FileSpool implements Spool, AutoCloseable {

  private static final String LOCK = "lock";

  /**
   * The spools of this process. They are told apart here and not by their locks: opening and
   * closing a file that one's own process has locked drops that lock (POSIX).
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;
  private final int threshold;
  private final AtomicLong names = new AtomicLong();

  private FileSpool(Path folder, FileChannel lock, int threshold) {
    this.folder = folder;
    this.lock = lock;
    this.threshold = threshold;
  }

  /**
   * Opens a spool below {@code parent} and sweeps what dead ones left there.
   *
   * @param parent is created if need be
   * @param threshold up to how many bytes a picture stays in memory
   */
  public static FileSpool open(Path parent, int threshold) throws IOException {
    Path root = Files.createDirectories(parent).toRealPath();
    sweep(root);
    Path folder = Files.createDirectory(root.resolve("spool-" + UUID.randomUUID()));
    FileChannel lock =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    if (lock.tryLock() == null) {
      throw new IOException("cannot lock " + folder);
    }
    OWN.add(folder);
    return new FileSpool(folder, lock, threshold);
  }

  private static void sweep(Path parent) throws IOException {
    try (DirectoryStream<Path> spools = Files.newDirectoryStream(parent, "spool-*")) {
      for (Path spool : spools) {
        if (isDead(spool)) {
          delete(spool);
        }
      }
    }
  }

  /**
   * Dead is whose lock can be had. A spool without its lock file is one that is just being made.
   */
  private static boolean isDead(Path spool) throws IOException {
    Path file = spool.resolve(LOCK);
    if (OWN.contains(spool) || !Files.exists(file)) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    }
  }

  private static void delete(Path spool) throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
    }
    Files.deleteIfExists(spool);
  }

  @Override
  public Writer create() {
    return new SpoolWriter();
  }

  @Override
  public void close() throws IOException {
    delete(folder);
    lock.close();
    OWN.remove(folder);
  }

  private final class SpoolWriter implements Writer {

    private byte[] memory = new byte[0];
    private int length;
    private @Nullable Path file;
    private @Nullable FileChannel channel;
    private boolean finished;

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      if (channel == null && length + bytes.remaining() <= threshold) {
        remember(bytes);
        return;
      }
      if (channel == null) {
        file = folder.resolve(Long.toString(names.incrementAndGet()));
        channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        writeFully(channel, ByteBuffer.wrap(memory, 0, length));
        memory = new byte[0];
      }
      writeFully(channel, bytes);
    }

    private void remember(ByteBuffer bytes) {
      int more = bytes.remaining();
      if (length + more > memory.length) {
        int size = Math.min(threshold, Math.max(length + more, memory.length * 2));
        memory = java.util.Arrays.copyOf(memory, size);
      }
      bytes.get(memory, length, more);
      length += more;
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    @Override
    public Stored finish() throws IOException {
      finished = true;
      if (channel == null || file == null) {
        return Handle.first(new Memory(java.util.Arrays.copyOf(memory, length)));
      }
      channel.close();
      return Handle.first(new OnDisk(file, Content.of(file)));
    }

    @Override
    public void discard() {
      if (finished) {
        return;
      }
      finished = true;
      memory = new byte[0];
      if (channel != null && file != null) {
        try {
          channel.close();
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /** Where a whole picture is. */
  private interface Place {
    Content content();

    Optional<Path> file();

    void delete() throws IOException;
  }

  private record Memory(byte[] bytes) implements Place {
    @Override
    public Content content() {
      return Content.of(bytes);
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public void delete() {}
  }

  private record OnDisk(Path path, Content content) implements Place {
    @Override
    public Optional<Path> file() {
      return Optional.of(path);
    }

    @Override
    public void delete() throws IOException {
      Files.deleteIfExists(path);
    }
  }

  /** One holder's hold on a picture; the bytes go when the last holder has let go. */
  private static final class Handle implements Stored {

    private final Place place;
    private final AtomicLong holders;
    private volatile boolean released;

    private Handle(Place place, AtomicLong holders) {
      this.place = place;
      this.holders = holders;
    }

    static Handle first(Place place) {
      return new Handle(place, new AtomicLong(1));
    }

    @Override
    public Stored share() {
      requireHeld();
      holders.incrementAndGet();
      return new Handle(place, holders);
    }

    @Override
    public long length() {
      return place.content().length();
    }

    @Override
    public ReadableByteChannel open() throws IOException {
      requireHeld();
      return place.content().open();
    }

    @Override
    public Optional<Path> file() {
      return place.file();
    }

    @Override
    public void release() {
      synchronized (this) {
        if (released) {
          return;
        }
        released = true;
      }
      if (holders.decrementAndGet() == 0) {
        try {
          place.delete();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }

    private void requireHeld() {
      if (released) {
        throw new IllegalStateException(
            "the picture was let go when its exchange ended; copy it to keep it longer");
      }
    }
  }
}
