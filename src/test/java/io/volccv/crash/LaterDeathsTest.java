package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.volccv.files.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Deaths during the recovery from a death, and processes that were only thought to be dead. */
@Tag("slow")
final class LaterDeathsTest {

  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir static Path folder;
  private static Service service;
  private static int number;

  @BeforeAll
  static void startService() throws Exception {
    service = new Service(folder.resolve("service"), "20ms");
  }

  @AfterAll
  static void stopService() throws Exception {
    service.close();
  }

  /** Two deaths, the row that the second leaves, and the end. */
  record Deaths(Point first, Mode mode, Point second, String row, String end) {}

  static Stream<Deaths> deaths() {
    return Extent.of(
        List.of(
            new Deaths(
                Point.IN_FLIGHT, Mode.PROCESS_INLINE, Point.REAP_UNCOMMITTED, "SENT", "UNKNOWN"),
            new Deaths(
                Point.RESULT_UNCOMMITTED,
                Mode.PROCESS_INLINE,
                Point.REAP_UNCOMMITTED,
                "SENT",
                "DELIVERED"),
            new Deaths(Point.FETCHING, Mode.PROCESS_URLS, Point.RESUMED, "ANSWERED", "DELIVERED")),
        List.of(
            new Deaths(
                Point.UPLOADED,
                Mode.PROCESS_INLINE,
                Point.REAP_UNCOMMITTED,
                "CLAIMED",
                "DELIVERED"),
            new Deaths(
                Point.UPLOADED, Mode.PROCESS_INLINE, Point.REAP_COMMITTED, "FAILED", "DELIVERED"),
            new Deaths(
                Point.IN_FLIGHT, Mode.PROCESS_INLINE, Point.REAP_COMMITTED, "UNKNOWN", "UNKNOWN"),
            new Deaths(
                Point.RESULT_UNCOMMITTED,
                Mode.PROCESS_INLINE,
                Point.REAP_COMMITTED,
                "DONE",
                "DELIVERED"),
            new Deaths(Point.POLLING, Mode.TASK_INLINE, Point.RESUMED, "TASK", "DELIVERED")));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  void recoveryCanDieToo(Deaths deaths) throws Exception {
    String id = "later" + ++number;
    try (Scene scene = scene(id, "3s")) {
      scene.job(id, deaths.mode());
      WorkerOptions worker = scene.worker("worker-a");

      assertThat(scene.run(worker.dyingAt(deaths.first(), id, 1))).as(scene.log()).isEqualTo(137);
      scene.noteDeath("worker-a");
      assertThat(scene.run(worker.dyingAt(deaths.second(), id, 1))).as(scene.log()).isEqualTo(137);
      assertThat(scene.rows()).containsEntry(id, deaths.row());
      assertThat(scene.run(worker)).as(scene.log()).isZero();

      assertThat(scene.rows()).containsEntry(id, deaths.end());
      assertThat(Oracle.look(scene).wrong()).as(scene.log()).isEmpty();
    }
  }

  /** Stopped for longer than its lease; what another makes of the row meanwhile. */
  record Stop(Point point, Mode mode, String row) {}

  static Stream<Stop> stops() {
    return Extent.of(
        List.of(
            new Stop(Point.UPLOADED, Mode.PROCESS_INLINE, "FAILED"),
            new Stop(Point.SENT, Mode.PROCESS_INLINE, "UNKNOWN"),
            new Stop(Point.POLLING, Mode.TASK_URLS, "DONE")),
        List.of(
            new Stop(Point.IN_FLIGHT, Mode.PROCESS_INLINE, "UNKNOWN"),
            new Stop(Point.RESULT, Mode.PROCESS_INLINE, "UNKNOWN"),
            new Stop(Point.FETCHING, Mode.PROCESS_URLS, "DONE"),
            new Stop(Point.SETTLED, Mode.TASK_INLINE, "DONE")));
  }

  @ParameterizedTest
  @MethodSource("stops")
  void whoIsBackPaysNothingTwiceAndTellsTheTruth(Stop stop) throws Exception {
    String id = "later" + ++number;
    try (Scene scene = scene(id, "1s")) {
      WorkerOptions options = scene.worker("worker-a").withLease(LEASE);
      Child other = scene.start(scene.worker("worker-b").withLease(LEASE).waiting());
      assertThat(other.greeting()).as(scene.log()).isEqualTo("ready");
      scene.job(id, stop.mode());
      Child stopped = scene.start(options.stoppingAt(stop.point(), id));
      await().atMost(LONG).until(stopped::isStopped);
      scene.underWay().add(id);

      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(scene.rows()).containsEntry(id, stop.row()));
      scene.go();
      assertThat(other.end()).as(scene.log()).isZero();
      stopped.resume();
      assertThat(stopped.end()).as(scene.log()).isZero();

      assertThat(Oracle.look(scene).wrong()).as(scene.log()).isEmpty();
      assertThat(scene.rows()).containsEntry(id, "DELIVERED");
      assertThat(scene.service().bill().get(id).stream().mapToInt(Service.Post::images).sum())
          .isOne();
    }
  }

  /** Longer than a process may stand still between its ledger's yes and the last block. */
  @Test
  @EnabledIfSystemProperty(named = "volccv.crash", matches = "true")
  void whoStoodStillBeforeTheLastBlockDoesNotSendIt() throws Exception {
    String id = "later" + ++number;
    try (Scene scene = scene(id, "1ms")) {
      Child other = scene.start(scene.worker("worker-b").withLease(LEASE).waiting());
      assertThat(other.greeting()).as(scene.log()).isEqualTo("ready");
      scene.job(id, Mode.PROCESS_INLINE);
      Child stopped =
          scene.start(scene.worker("worker-a").withLease(LEASE).stoppingAt(Point.SENT, id));
      await().atMost(LONG).until(stopped::isStopped);
      scene.underWay().add(id);
      scene.go();
      assertThat(other.end()).as(scene.log()).isZero();
      await().atMost(Duration.ofSeconds(30)).pollDelay(Duration.ofSeconds(11)).until(() -> true);
      stopped.resume();
      assertThat(stopped.end()).as(scene.log()).isZero();

      assertThat(scene.service().bill()).doesNotContainKey(id);
      assertThat(scene.rows()).as("as if it had never been").doesNotContainKey(id);
      assertThat(Oracle.look(scene).wrong()).as(scene.log()).isEmpty();
    }
  }

  /** A machine that was suspended: who wakes first must not bury the others. */
  @Test
  @EnabledIfSystemProperty(named = "volccv.crash", matches = "true")
  void whoStoodStillTooBuriesNobody() throws Exception {
    String id = "later" + ++number;
    try (Scene scene = scene(id, "8s")) {
      Child other = scene.start(scene.worker("worker-b").withLease(LEASE).waiting());
      assertThat(other.greeting()).as(scene.log()).isEqualTo("ready");
      scene.job(id, Mode.PROCESS_INLINE);
      Child worker = scene.start(scene.worker("worker-a").withLease(LEASE));
      await().atMost(LONG).untilAsserted(() -> assertThat(scene.rows()).containsEntry(id, "SENT"));
      worker.stop();
      other.stop();
      await().pollDelay(LEASE.plusSeconds(1)).until(() -> true);
      other.resume();
      await().pollDelay(LEASE.dividedBy(2)).until(() -> true);
      assertThat(scene.rows()).containsEntry(id, "SENT");
      worker.resume();
      assertThat(worker.end()).as(scene.log()).isZero();
      scene.go();
      assertThat(other.end()).as(scene.log()).isZero();

      assertThat(scene.rows()).containsEntry(id, "DELIVERED");
      assertThat(Oracle.look(scene).wrong()).as(scene.log()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FORGETTING_UNCOMMITTED", "FORGETTING_COMMITTED"})
  void whatEndedLongAgoIsForgottenOverADeathAndNothingElse(Point point) throws Exception {
    String id = "later" + ++number;
    service.clearFaults();
    service.fault(id + "-cut", "cut-reply", null);
    service.setFaults();
    try (Scene scene = Scene.onSqlite(folder.resolve(id), service)) {
      scene.job(id + "-old", Mode.TASK_INLINE);
      scene.job(id + "-cut", Mode.PROCESS_INLINE);
      WorkerOptions worker = scene.worker("worker-a");
      assertThat(scene.run(worker)).as(scene.log()).isZero();
      scene.job(id + "-kept", Mode.TASK_INLINE);
      assertThat(scene.run(worker.dyingAt(Point.SETTLED, id + "-kept", 1))).isEqualTo(137);
      scene.later(Duration.ofDays(91));

      assertThat(scene.run(worker.dyingAt(point, "", 1))).as(scene.log()).isEqualTo(137);
      assertThat(scene.rows().containsKey(id + "-old"))
          .isEqualTo(point == Point.FORGETTING_UNCOMMITTED);
      assertThat(scene.run(worker)).as(scene.log()).isZero();

      assertThat(scene.rows())
          .containsOnly(entry(id + "-cut", "UNKNOWN"), entry(id + "-kept", "DELIVERED"));
      assertThat(Oracle.look(scene).wrong()).as(scene.log()).isEmpty();
    }
  }

  @Test
  void aPaidPictureWaitsForRoomInTheOutbox() throws Exception {
    String id = "later" + ++number;
    try (Scene scene = scene(id, "1ms");
        SmallDisk outbox = new SmallDisk(scene.home().resolve("outbox"), "256k")) {
      scene.job(id, Mode.TASK_INLINE);
      outbox.fill();

      assertThat(scene.run(scene.worker("worker-a"))).as("no room").isOne();
      assertThat(scene.rows()).containsEntry(id, "DONE");
      assertThat(Oracle.look(scene).wrong()).isEmpty();
      assertThat(Oracle.look(scene).figures().kept).isOne();
      outbox.free();

      assertThat(scene.run(scene.worker("worker-a"))).as(scene.log()).isZero();
      assertThat(scene.rows()).containsEntry(id, "DELIVERED");
      assertThat(Oracle.look(scene).wrong()).isEmpty();
    }
  }

  /** Whose only call is slow. */
  private static Scene scene(String id, String slow) throws Exception {
    service.clearFaults();
    service.fault(id, "slow", slow);
    service.setFaults();
    return Scene.onSqlite(folder.resolve(id), service);
  }
}
