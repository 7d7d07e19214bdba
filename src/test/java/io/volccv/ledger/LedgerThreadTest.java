package io.volccv.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever asks the ledger's thread is answered, and with the fate of what he asked. */
@Timeout(60)
final class LedgerThreadTest {

  @TempDir Path folder;

  private final ExecutorService answers = Executors.newSingleThreadExecutor();
  private final Part part = new Part();
  private LedgerThread thread;

  /** Fails so often. */
  private static final class Part implements LedgerThread.Part {
    private final AtomicInteger failures = new AtomicInteger();

    @Override
    public boolean isDue(long nanos) {
      return false;
    }

    @Override
    public long waitNanos(long nanos) {
      return Long.MAX_VALUE;
    }

    @Override
    public void run(Turn turn) throws SQLException {
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new SQLException("a row is there already", "23505");
      }
    }

    @Override
    public void committed() {}

    @Override
    public void rolledBack() {}
  }

  @BeforeEach
  void start() throws SQLException {
    Database database =
        Database.of("jdbc:sqlite:" + folder.resolve("ledger.db"), Clock.systemUTC());
    thread = new LedgerThread(database, Quota.ofConcurrency(1), Budget.NONE, answers);
    thread.add(part);
    thread.start(turn -> null);
  }

  @AfterEach
  void stop() {
    thread.close();
    answers.shutdown();
  }

  @Test
  void whatFailsBesideAPieceOfWorkDoesNotFailIt() {
    part.failures.set(2);

    assertThat(thread.ask(turn -> "done").join()).isEqualTo("done");
  }

  @Test
  void aPieceOfWorkThatCannotSucceedFailsAlone() throws Exception {
    CountDownLatch all = new CountDownLatch(1);
    CompletableFuture<Boolean> busy =
        thread.ask(
            turn -> {
              try {
                all.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              return true;
            });
    CompletableFuture<Integer> before = thread.ask(turn -> count(turn, "before"));
    CompletableFuture<?> wrong =
        thread.ask(turn -> turn.sql().update("INSERT INTO meta VALUES ('x', NULL)"));
    CompletableFuture<?> broken =
        thread.ask(
            turn -> {
              throw new StackOverflowError("by the test");
            });
    CompletableFuture<Integer> after = thread.ask(turn -> count(turn, "after"));
    all.countDown();

    assertThat(busy.join()).isTrue();
    assertThat(before.join()).isOne();
    assertThat(after.join()).isOne();
    assertThatThrownBy(wrong::join).hasCauseInstanceOf(SQLException.class);
    assertThatThrownBy(broken::join).hasCauseInstanceOf(StackOverflowError.class);
    assertThat(thread.ask(turn -> turn.sql().number("SELECT count(*) FROM delivery")).join())
        .isEqualTo(2);
  }

  private static int count(Turn turn, String sink) throws SQLException {
    return turn.sql().update("INSERT INTO delivery VALUES (x'00', ?, 1)", sink);
  }

  @Test
  void whatIsAskedWhileItEndsIsAnsweredToo() throws Exception {
    List<CompletableFuture<?>> asked = new ArrayList<>();
    Thread closing = new Thread(thread::close);
    closing.start();
    // Not without end: all of it is written before the thread ends.
    for (int i = 0; i < 1_000 && closing.isAlive(); i++) {
      asked.add(thread.ask(turn -> null));
      asked.add(thread.askLazily(new byte[32], turn -> null));
    }
    closing.join();
    asked.add(thread.ask(turn -> null));

    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> asked.stream().allMatch(CompletableFuture::isDone));
    assertThatThrownBy(() -> asked.get(asked.size() - 1).join())
        .hasMessageContaining("the ledger is closed");
  }
}
