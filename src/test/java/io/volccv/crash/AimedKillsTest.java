package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A process dies at each point of a job's way, and another one, or its own next life, goes on. The
 * usual build takes a few cases; all of them are taken with {@code -Pcrash}.
 */
@Tag("slow")
final class AimedKillsTest {

  private static final String LATENCY = "20ms";

  @TempDir static Path folder;
  private static Service service;
  private static int number;

  /** One death. */
  record Case(Point point, Mode mode, int attempt, boolean two) {
    @Override
    public String toString() {
      return point + " " + mode + " attempt " + attempt + (two ? ", another goes on" : "");
    }
  }

  static Stream<Case> cases() {
    return Extent.isFull() ? all() : some();
  }

  private static Stream<Case> all() {
    List<Case> cases = new ArrayList<>();
    for (Mode mode : Mode.values()) {
      for (Point point : Point.values()) {
        if (Expected.isOn(point, mode)) {
          for (int attempt : new int[] {1, 2}) {
            cases.add(new Case(point, mode, attempt, false));
            cases.add(new Case(point, mode, attempt, true));
          }
        }
      }
    }
    return cases.stream();
  }

  private static Stream<Case> some() {
    return Stream.of(
        new Case(Point.CLAIM_COMMITTED, Mode.TASK_INLINE, 1, false),
        new Case(Point.UPLOADED, Mode.PROCESS_INLINE, 2, false),
        new Case(Point.SENT, Mode.TASK_URLS, 1, false),
        new Case(Point.IN_FLIGHT, Mode.PROCESS_INLINE, 1, false),
        new Case(Point.TASK_COMMITTED, Mode.TASK_INLINE, 1, true),
        new Case(Point.ANSWER_COMMITTED, Mode.PROCESS_URLS, 1, false),
        new Case(Point.KEEPING, Mode.TASK_INLINE, 1, false),
        new Case(Point.RESULT_UNCOMMITTED, Mode.PROCESS_INLINE, 1, false),
        new Case(Point.WRITTEN, Mode.PROCESS_URLS, 1, false),
        new Case(Point.HALF_DELIVERED, Mode.PROCESS_INLINE, 1, false),
        new Case(Point.SUNK, Mode.TASK_URLS, 2, false),
        new Case(Point.MARKED, Mode.PROCESS_INLINE, 1, false));
  }

  @BeforeAll
  static void startService() throws Exception {
    service = new Service(folder.resolve("service"), LATENCY);
  }

  @AfterAll
  static void stopService() throws Exception {
    service.close();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aDeathLeavesWhatTheTableSays(Case death) throws Exception {
    Expected expected = Expected.of(death.point(), death.mode(), death.attempt());
    String id = "aimed" + ++number;
    try (Scene scene = Scene.onSqlite(folder.resolve(id), service)) {
      prepare(death, id);
      Child other = null;
      if (death.two()) {
        other = scene.start(scene.worker("worker-b").waiting());
        assertThat(other.greeting()).as(other.log()).isEqualTo("ready");
      }
      WorkerOptions dying = scene.worker("worker-a").dyingAt(death.point(), id, death.attempt());
      if (death.point() == Point.WAITING) {
        // Not named after the other, whose faults it would meet.
        scene.job("a-before-" + number, death.mode());
        // So rarely that it still waits on a busy machine.
        dying = dying.oneAtATime(0.2);
      }
      scene.job(id, death.mode());

      assertThat(scene.run(dying)).as(scene.log()).isEqualTo(Crash.KILLED);
      if (!death.two()) {
        assertThat(scene.rows().getOrDefault(id, "")).as("row").isEqualTo(expected.row());
        scene.noteDeath("worker-a");
      } else if (expected.unknown()) {
        scene.underWay().add(id);
      }
      goOn(scene, other);

      verify(scene, id, death, expected);
    }
  }

  private static void prepare(Case death, String id) throws Exception {
    service.clearFaults();
    if (death.attempt() == 2 && death.mode().isTask()) {
      service.taskFault(id, 50511);
    } else if (death.attempt() == 2) {
      service.fault(id, "code", "50511");
    }
    if (death.point() == Point.IN_FLIGHT) {
      service.fault(id, "slow", "3s");
    }
    service.setFaults();
  }

  private static void goOn(Scene scene, Child other) throws Exception {
    if (other == null) {
      assertThat(scene.run(scene.worker("worker-a"))).as(scene.log()).isZero();
    } else {
      scene.go();
      assertThat(other.end()).as(scene.log()).isZero();
    }
  }

  private static void verify(Scene scene, String id, Case death, Expected expected)
      throws Exception {
    Oracle.Report report = Oracle.look(scene);
    assertThat(report.wrong()).as(scene.log()).isEmpty();
    assertThat(
            scene.service().bill().getOrDefault(id, List.of()).stream()
                .mapToInt(Service.Post::images)
                .sum())
        .as("bills")
        .isEqualTo(expected.bills());
    assertThat(scene.rows()).containsEntry(id, expected.unknown() ? "UNKNOWN" : "DELIVERED");
    if (expected.unknown()) {
      assertThat(scene.in("unknown")).contains(id);
      assertThat(scene.deliveries("first", id)).isZero();
      return;
    }
    assertThat(scene.in("done")).contains(id);
    // A sink that is not noted gets it again, and knows its own.
    assertThat(scene.deliveries("first", id)).isEqualTo(death.point() == Point.WRITTEN ? 2 : 1);
    assertThat(scene.deliveries("second", id)).isEqualTo(1);
  }
}
