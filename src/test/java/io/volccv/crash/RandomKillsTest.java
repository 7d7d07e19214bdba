package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes die, stop and come back at random, and calls are cut at random, until all jobs are
 * done. A seed tells which schedule it was; the moments are the machine's.
 */
@Tag("slow")
final class RandomKillsTest {

  private static final long SEED = Long.getLong("volccv.crash.seed", System.nanoTime());

  @TempDir Path folder;

  @Test
  void nothingIsPaidTwiceOrLostOnSqlite() throws Exception {
    RandomRun.Size size =
        Extent.isFull()
            ? new RandomRun.Size(12_000, 1_400, 320, 200)
            : new RandomRun.Size(40, 16, 6, 16);
    Oracle.Figures figures = run("jdbc:sqlite:" + folder.resolve("ledger.db"), size);

    if (Extent.isFull()) {
      assertThat(size.kills() + figures.cuts).as("kills and cuts").isGreaterThanOrEqualTo(1_000);
      assertThat(figures.unknownTasks)
          .as("tasks that are unknown because of a kill, seed %s", SEED)
          .isLessThanOrEqualTo(figures.tasks / 100);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "volccv.crash", matches = "true")
  void nothingIsPaidTwiceOrLostOnPostgresql() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
      run(server.getJdbcUrl("postgres", "postgres"), new RandomRun.Size(600, 300, 100, 16));
    }
  }

  private Oracle.Figures run(String url, RandomRun.Size size) throws Exception {
    try (Service service = new Service(folder.resolve("service"), "5ms..50ms");
        Scene scene = new Scene(folder.resolve("scene"), url, service)) {
      RandomRun run = new RandomRun(scene, size, SEED);
      run.run();
      Oracle.Report report = Oracle.look(scene);
      System.out.println(run.table(report.figures()));
      assertThat(report.wrong()).as("seed %s%n%s", SEED, scene.log()).isEmpty();
      assertThat(report.figures().unknown)
          .as("unknown, seed %s", SEED)
          .isLessThanOrEqualTo(scene.underWay().size() + report.figures().doubtful);
      assertThat(scene.in("inbox")).isEmpty();
      return report.figures();
    }
  }
}
