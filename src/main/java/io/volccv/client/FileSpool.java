package io.volccv.client;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;
import static java.util.Objects.requireNonNull;

import io.volccv.model.Content;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spool in a folder: small pictures stay in memory, larger ones are files. Each spool has a
 * sub-folder of its own, which it locks, so that several processes can share a folder and what a
 * killed one left behind is swept by the next.
 */
public final class FileSpool implements Spool, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FileSpool.class);
  private static final byte[] NOTHING = new byte[0];

  /** How much of a file is written at once: a write costs the system more than its bytes do. */
  private static final int BLOCK_BYTES = 64 * 1024;

  private static final int MOST_SPARE_BLOCKS = 32;
  private static final String LOCK = "lock";
  private static final String GATE = "gate";

  /**
   * The spools of this process. They are told apart here and not by their locks: opening and
   * closing a file that one's own process has locked drops that lock (POSIX).
   */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel lock;
  private final int threshold;
  private final AtomicLong names = new AtomicLong();

  /** Blocks of writers that have ended, for the next ones. */
  private final Queue<byte[]> spare = new ArrayBlockingQueue<>(MOST_SPARE_BLOCKS);

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
    // One at a time, here and in other processes: who sweeps must not meet a spool without a lock.
    synchronized (OWN) {
      try (FileChannel gate = FileChannel.open(root.resolve(GATE), CREATE, WRITE);
          FileLock held = gate.lock()) {
        sweep(root);
        Path folder = root.resolve("spool-" + UUID.randomUUID());
        OWN.add(folder);
        Files.createDirectory(folder);
        FileChannel lock = FileChannel.open(folder.resolve(LOCK), CREATE_NEW, WRITE);
        if (!held.isValid() || lock.tryLock() == null) {
          throw new IOException("cannot lock " + folder);
        }
        return new FileSpool(folder, lock, threshold);
      }
    }
  }

  /**
   * The same in a folder that only its owner may read, as far as the file system can tell.
   *
   * @throws IOException also when the folder is somebody else's
   */
  public static FileSpool openPrivate(Path parent, int threshold) throws IOException {
    if (parent.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<PosixFilePermission> own = PosixFilePermissions.fromString("rwx------");
      Files.createDirectories(parent, PosixFilePermissions.asFileAttribute(own));
      Files.setPosixFilePermissions(parent, own);
    }
    return open(parent, threshold);
  }

  private static void sweep(Path root) throws IOException {
    try (DirectoryStream<Path> spools = Files.newDirectoryStream(root, "spool-*")) {
      for (Path spool : spools) {
        if (!OWN.contains(spool) && isDead(spool)) {
          delete(spool);
        }
      }
    }
  }

  /** Dead is whose lock can be had, or has none: all spools are made behind the same gate. */
  private static boolean isDead(Path spool) throws IOException {
    try (FileChannel channel = FileChannel.open(spool.resolve(LOCK), WRITE);
        FileLock lock = channel.tryLock()) {
      return lock != null;
    } catch (NoSuchFileException e) {
      return true;
    } catch (OverlappingFileLockException e) {
      // The same classes, loaded twice in this process: another web app's spool.
      return false;
    }
  }

  private static void delete(Path spool) throws IOException {
    try (Stream<Path> files = Files.list(spool)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(spool);
    } catch (NoSuchFileException e) {
      LOG.debug("{} was closed while it was looked at", spool, e);
    }
  }

  @Override
  public Writer create() {
    return new SpoolWriter();
  }

  @Override
  public void close() throws IOException {
    try {
      delete(folder);
    } finally {
      lock.close();
      OWN.remove(folder);
    }
  }

  private final class SpoolWriter implements Writer {

    private final int most = Math.max(threshold, BLOCK_BYTES);
    private byte[] block = NOTHING;
    private int length;
    private @Nullable Path file;
    private @Nullable FileChannel channel;
    private boolean finished;

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        if (length == most) {
          flush();
        }
        int count = Math.min(bytes.remaining(), most - length);
        makeRoom(length + count);
        bytes.get(block, length, count);
        length += count;
      }
    }

    private void makeRoom(int size) {
      if (size <= block.length) {
        return;
      }
      byte[] whole = length == 0 && size <= BLOCK_BYTES ? spare.poll() : null;
      block =
          whole == null
              ? Arrays.copyOf(block, Math.min(most, Math.max(size, 4 * block.length)))
              : whole;
    }

    private FileChannel flush() throws IOException {
      if (channel == null) {
        file = folder.resolve(Long.toString(names.incrementAndGet()));
        channel = FileChannel.open(file, CREATE_NEW, WRITE);
      }
      ByteBuffer bytes = ByteBuffer.wrap(block, 0, length);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      length = 0;
      return channel;
    }

    private void handOn() {
      if (block.length == BLOCK_BYTES) {
        spare.offer(block);
      }
      block = NOTHING;
    }

    @Override
    public Stored finish() throws IOException {
      Place place;
      if (channel == null && length <= threshold) {
        place = new Memory(Arrays.copyOf(block, length));
      } else {
        flush().close();
        place = new OnDisk(requireNonNull(file), Content.of(file));
      }
      finished = true;
      handOn();
      return Handle.first(place);
    }

    @Override
    public void discard() {
      if (finished) {
        return;
      }
      finished = true;
      if (channel != null && file != null) {
        try {
          channel.close();
        } catch (IOException e) {
          LOG.warn("Cannot close {}", file, e);
        }
        remove(file);
      }
    }
  }

  /** A file that cannot be removed is no reason to fail a call; it goes at the next sweep. */
  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("Cannot remove {}", file, e);
    }
  }

  /** Where a whole picture is. */
  private interface Place {
    Content content();

    Optional<Path> file();
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
  }

  private record OnDisk(Path path, Content content) implements Place {
    @Override
    public Optional<Path> file() {
      return Optional.of(path);
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
    public synchronized Stored share() {
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
        place.file().ifPresent(FileSpool::remove);
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
