package io.volccv.files;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;

/**
 * Which files of a folder source are in progress; for its options {@code inProgressRepository} and
 * {@code idempotentRepository} at once (with {@code readLock=idempotent-changed}). One bean per
 * source.
 *
 * <p>Camel's own forgets entries above 50,000 and takes those files again, and gets slow. Besides,
 * this one leaves a file alone for a while that is still there when its exchange has ended (refused
 * credentials, a full disk at the destination): it would be taken again at once, and for ever.
 */
public final class InProgress implements IdempotentRepository {

  private final Map<String, Boolean> taken = new ConcurrentHashMap<>();
  private final Map<String, Long> leftAloneUntil = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;
  private long leaveAloneNanos = 60_000_000_000L;

  public InProgress() {
    this(System::nanoTime);
  }

  InProgress(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** How long a file that stayed is left alone, in milliseconds. */
  public void setLeaveAloneMillis(long millis) {
    this.leaveAloneNanos = Math.multiplyExact(millis, 1_000_000L);
  }

  /** Asked by the listing. */
  @Override
  public boolean contains(String path) {
    Long until = leftAloneUntil.get(path);
    if (until != null) {
      if (nanoTime.getAsLong() - until < 0) {
        return true;
      }
      leftAloneUntil.remove(path);
    }
    return taken.containsKey(path);
  }

  /** Asked by the listing. */
  @Override
  public boolean add(String path) {
    return taken.putIfAbsent(path, true) == null;
  }

  /** Asked by the read lock. The listing has added the path already, so that the file is ours. */
  @Override
  public boolean add(Exchange exchange, String path) {
    return true;
  }

  /** Told when the file's turn is over, and when it did not begin. */
  @Override
  public boolean remove(String path) {
    return taken.remove(path) != null;
  }

  /**
   * Told by the read lock: after the file's turn, or when it could not lock a file that is still
   * being written. The exchange has a unit of work only if it was really under way.
   */
  @Override
  public boolean remove(Exchange exchange, String path) {
    if (exchange.getUnitOfWork() != null
        && Files.exists(Path.of(path), LinkOption.NOFOLLOW_LINKS)) {
      leftAloneUntil.put(path, nanoTime.getAsLong() + leaveAloneNanos);
    }
    return true;
  }

  @Override
  public boolean confirm(String path) {
    return true;
  }

  @Override
  public void clear() {
    taken.clear();
    leftAloneUntil.clear();
  }

  @Override
  public void start() {}

  @Override
  public void stop() {
    clear();
  }
}
