package io.volccv.ledger;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who holds a folder holds it against all others, and against mistakes in its own process. */
final class OwnerLockTest {

  @TempDir Path folder;

  /** Exits with 0 when it gets the lock of the folder in its first argument. */
  static final class Other {
    private Other() {}

    public static void main(String[] args) {
      try {
        OwnerLock.take(Path.of(args[0]));
      } catch (LedgerUnusableException taken) {
        System.exit(1);
      }
      System.exit(0);
    }
  }

  @Test
  void noLookFromTheSameProcessDropsIt() throws Exception {
    try (OwnerLock lock = OwnerLock.take(folder)) {
      assertThatThrownBy(() -> OwnerLock.take(folder))
          .isInstanceOf(LedgerUnusableException.class)
          .hasMessageContaining("another process works with it");
      assertThat(OwnerLock.dead(lock.instance())).isEmpty();

      assertThat(anotherProcessGetsIt()).isFalse();
    }
    assertThat(anotherProcessGetsIt()).isTrue();
  }

  @Test
  void aLookOfAnotherProcessIsNoOwner() throws Exception {
    OwnerLock.take(folder).close();
    Path file = folder.toRealPath().resolve("owner.lock");
    ExecutorService owner = Executors.newSingleThreadExecutor();
    try (FileChannel looking = FileChannel.open(file, READ, WRITE);
        FileLock held = looking.lock()) {
      Future<OwnerLock> taken = owner.submit(() -> OwnerLock.take(folder));
      assertThatThrownBy(() -> taken.get(300, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      held.release();

      taken.get(10, TimeUnit.SECONDS).close();
    } finally {
      owner.shutdown();
    }
    assertThat(Files.exists(file)).isTrue();
  }

  private boolean anotherProcessGetsIt() throws Exception {
    return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName(),
                folder.toString())
            .start()
            .waitFor()
        == 0;
  }
}
