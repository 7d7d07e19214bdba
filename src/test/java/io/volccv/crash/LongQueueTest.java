package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a killed process has paid dies at the service long before the turn of its job comes again:
 * it is fetched first, and kept.
 */
@EnabledIfSystemProperty(named = "volccv.crash", matches = "true")
@Tag("slow")
final class LongQueueTest {

  private static final int INPUTS = 1_000;
  private static final Duration LIFE = Duration.ofSeconds(25);

  /** All inputs take twice the life of a result. */
  private static final double RATE = INPUTS / 2.0 / LIFE.toSeconds();

  private static final long LONGEST_SECONDS = 900;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"TASK_COMMITTED, TASK_INLINE", "TASK_COMMITTED, TASK_URLS", "FETCHING, PROCESS_URLS"})
  void aPaidResultDoesNotWaitForItsTurn(Point point, Mode mode) throws Exception {
    try (Service service = new Service(folder.resolve("service"), "5ms", LIFE);
        Scene scene = Scene.onSqlite(folder.resolve("scene"), service)) {
      WorkerOptions worker = scene.worker("worker-a").atMost(RATE);
      String id = "the-last-one";
      scene.job(id, mode);
      assertThat(scene.run(worker.dyingAt(point, id, 1))).as(scene.log()).isEqualTo(Crash.KILLED);
      Instant dead = Instant.now();
      for (int i = 0; i < INPUTS; i++) {
        scene.job(String.format("queued%04d", i), Mode.TASK_INLINE);
      }

      assertThat(scene.start(worker).end(LONGEST_SECONDS)).as(scene.log()).isZero();

      assertThat(Oracle.look(scene).wrong()).as(scene.log()).isEmpty();
      assertThat(scene.rows()).hasSize(INPUTS + 1).containsEntry(id, "DELIVERED");
      Path picture = scene.home().resolve("outbox").resolve("first").resolve(id + ".png");
      assertThat(Files.getLastModifiedTime(picture).toInstant())
          .as("its turn came when the service had forgotten it")
          .isAfter(dead.plus(LIFE));
    }
  }
}
