package io.volccv.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Queries are spaced, those for what dies first go first, and an end keeps nobody. */
final class QueryPaceTest {

  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00Z");

  @Test
  void whatDiesFirstIsAskedForFirstAndTenASecond() {
    try (CallThreads threads = new CallThreads(2)) {
      QueryPace pace = new QueryPace(threads, () -> 1);
      List<Integer> order = Collections.synchronizedList(new ArrayList<>());
      long begun = System.nanoTime();
      List<CompletableFuture<Void>> turns = new ArrayList<>();
      for (int hour : new int[] {0, 5, 3, 1, 4, 2}) {
        turns.add(
            pace.turn(NOON.plus(Duration.ofHours(hour)))
                .thenRun(() -> order.add(hour))
                .toCompletableFuture());
      }
      CompletableFuture.allOf(turns.toArray(CompletableFuture[]::new))
          .orTimeout(10, TimeUnit.SECONDS)
          .join();

      assertThat(order).containsExactly(0, 1, 2, 3, 4, 5);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(490));
    }
  }

  @Test
  void severalProcessesShareTheLimit() {
    try (CallThreads threads = new CallThreads(2)) {
      QueryPace pace = new QueryPace(threads, () -> 4);
      long begun = System.nanoTime();
      pace.turn(NOON);
      pace.turn(NOON).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(390));
    }
  }

  @Test
  void aRestHoldsForAll() {
    try (CallThreads threads = new CallThreads(2)) {
      QueryPace pace = new QueryPace(threads, () -> 1);
      long begun = System.nanoTime();
      pace.rest(400);
      CompletableFuture<Void> one = pace.turn(NOON).toCompletableFuture();
      pace.turn(NOON).toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();

      assertThat(one).isCompleted();
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(490));
    }
  }

  @Test
  void anEndLetsAllGo() {
    try (CallThreads threads = new CallThreads(2)) {
      QueryPace pace = new QueryPace(threads, () -> 100);
      pace.turn(NOON);
      CompletableFuture<Void> waiting = pace.turn(NOON).toCompletableFuture();
      assertThat(waiting).isNotDone();

      pace.end();

      assertThat(waiting).isCompleted();
      assertThat(pace.turn(NOON).toCompletableFuture()).isCompleted();
    }
  }
}
