package io.volccv.ledger;

import io.volccv.model.CvResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Keeps results until they are delivered, and sees to it that there is room for them. It executes
 * what has to do with their files and may take long.
 */
final class Keeping implements Executor, AutoCloseable {

  private static final long AGAIN_MILLIS = 1_000;

  /** Below this no call is made: its picture might not find room. */
  private static final long LEAST_FREE_BYTES = 64L << 20;

  private final Path folder;
  private final KeptResults results;
  private final ScheduledExecutorService keeper;
  private final Runnable wake;

  /** Results that have found no room yet. */
  private final AtomicInteger homeless = new AtomicInteger();

  /**
   * @param keeper is shut down with this
   * @param wake tells that there is room again
   */
  Keeping(Path folder, ScheduledExecutorService keeper, Runnable wake) {
    this.folder = folder;
    this.results = new KeptResults(folder);
    this.keeper = keeper;
    this.wake = wake;
  }

  KeptResults results() {
    return results;
  }

  /** Nothing new while something paid has found no room, or might find none. */
  boolean hasRoom() {
    return homeless.get() == 0 && folder.toFile().getUsableSpace() >= LEAST_FREE_BYTES;
  }

  /**
   * Completes when the result is on the disk. A full disk must not lose what is paid: it is tried
   * again until there is room.
   */
  CompletionStage<Void> keep(byte[] key, long token, String label, CvResult result) {
    try {
      results.keep(key, token, result);
      return CompletableFuture.completedFuture(null);
    } catch (IOException e) {
      homeless.incrementAndGet();
      LedgerThread.LOG.error(
          "The pictures of {} are paid and cannot be kept in {} ({}); no further call is made"
              + " until they can",
          label,
          folder,
          e.getMessage());
      return again(key, token, label, result);
    }
  }

  private CompletionStage<Void> again(byte[] key, long token, String label, CvResult result) {
    CompletableFuture<Void> later = new CompletableFuture<>();
    keeper.schedule(() -> later.complete(null), AGAIN_MILLIS, TimeUnit.MILLISECONDS);
    return later.thenCompose(
        nothing -> {
          try {
            results.keep(key, token, result);
          } catch (IOException e) {
            LedgerThread.LOG.debug("There is still no room for {}", label, e);
            return again(key, token, label, result);
          }
          homeless.decrementAndGet();
          LedgerThread.LOG.info("The pictures of {} are kept now", label);
          wake.run();
          return CompletableFuture.completedFuture(null);
        });
  }

  /** Removes what was delivered, unless another folder holds it. */
  void drop(@Nullable JobRow delivered) {
    if (delivered == null || !folder.toString().equals(delivered.detail())) {
      return;
    }
    try {
      results.drop(delivered.token());
    } catch (IOException e) {
      LedgerThread.LOG.warn("A delivered result cannot be removed from {}", folder, e);
    }
  }

  @Override
  public void execute(Runnable task) {
    keeper.execute(task);
  }

  @Override
  public void close() {
    keeper.shutdownNow();
  }
}
