package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ledgers that make a mistake: the oracle sees each of them, else it would prove nothing. */
@Tag("slow")
final class NegativeControlsTest {

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

  @ParameterizedTest
  @CsvSource({
    "SENT_AFTER_THE_SEND,       IN_FLIGHT, was paid 2 times",
    "COMMITS_COME_LATE,         IN_FLIGHT, was paid 2 times",
    "LEDGER_IN_MEMORY,          IN_FLIGHT, was paid 2 times",
    "UNKNOWN_IS_SENT_AGAIN,     IN_FLIGHT, was paid 2 times",
    "SETTLED_BEFORE_THE_SPOOL,  KEEPING,   'was paid, and is neither delivered'",
    "DELIVERED_BEFORE_THE_SINK, SETTLED,   'was acknowledged, and is neither delivered'",
  })
  void aMistakeIsSeen(Control mistake, Point point, String verdict) throws Exception {
    String id = "mistake" + ++number;
    try (Scene scene = Scene.onSqlite(folder.resolve(id), service)) {
      service.clearFaults();
      service.fault(id, "slow", "3s");
      service.setFaults();
      scene.job(id, Mode.PROCESS_INLINE);
      WorkerOptions worker = scene.worker("worker-a").with(mistake);

      assertThat(scene.run(worker.dyingAt(point, id, 1))).as(scene.log()).isEqualTo(137);
      scene.noteDeath("worker-a");
      assertThat(scene.run(worker)).as(scene.log()).isZero();

      assertThat(Oracle.look(scene).wrong()).anyMatch(line -> line.contains(verdict));
    }
  }

  @Test
  void aLedgerThatParksEverythingIsSeen() throws Exception {
    String id = "mistake" + ++number;
    try (Scene scene = Scene.onSqlite(folder.resolve(id), service)) {
      scene.job(id, Mode.PROCESS_INLINE);

      assertThat(scene.run(scene.worker("worker-a").with(Control.EVERYTHING_IS_UNKNOWN))).isZero();

      assertThat(Oracle.look(scene).wrong())
          .singleElement()
          .asString()
          .contains("is unknown, and nothing died or was cut");
    }
  }
}
