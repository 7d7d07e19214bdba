package io.volccv.bench.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;

/** What the disk can do at best, since a ledger's call is not done before the disk says so. */
final class Disk {

  private static final int PAGE_BYTES = 4096;
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(300);

  private Disk() {}

  /**
   * How many pages a second can be added to a file in {@code folder}, each safe before the next.
   */
  static double syncsPerSecond(Path folder) throws IOException {
    Path path = Files.createTempFile(folder, "sync", null);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
      long start = System.nanoTime();
      long now = start;
      int count = 0;
      while (now - start < NANOS) {
        file.write(ByteBuffer.allocate(PAGE_BYTES));
        file.force(false);
        count++;
        now = System.nanoTime();
      }
      return count * 1e9 / (now - start);
    } finally {
      Files.delete(path);
    }
  }
}
