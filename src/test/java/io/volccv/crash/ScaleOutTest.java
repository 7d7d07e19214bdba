package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several apps on one broker and one PostgreSQL, one of which is killed every few seconds. The
 * whole of it, with three apps: {@code -Dvolccv.scale.jobs=3000}.
 */
@Tag("slow")
final class ScaleOutTest {

  private static final int JOBS = Integer.getInteger("volccv.scale.jobs", 40);
  private static final int APPS = Integer.getInteger("volccv.scale.apps", JOBS > 1000 ? 3 : 2);
  private static final Duration LONGEST = Duration.ofMinutes(15);

  @TempDir Path folder;

  @Test
  void nothingIsPaidTwiceAndNothingIsLost() throws Exception {
    long seed = Long.getLong("volccv.crash.seed", System.nanoTime());
    Random random = new Random(seed);
    Map<String, List<String>> results = new HashMap<>();
    Map<String, List<String>> dead = new HashMap<>();
    int kills = 0;
    long began = System.nanoTime();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        Service service = new Service(folder.resolve("service"), "20ms..300ms");
        ScaleOut apps =
            new ScaleOut(folder, postgres.getJdbcUrl("postgres", "postgres"), service, APPS)) {
      apps.awaitStart();
      apps.send(JOBS);
      // At least one dies in the midst of it, however few jobs there are.
      while (results.size() + dead.size() < JOBS && System.nanoTime() - began < LONGEST.toNanos()) {
        Duration patience = Duration.ofMillis(kills == 0 ? 300 : 500 + random.nextInt(3000));
        apps.takeFor("volccv.results", patience, results);
        apps.take("volccv.dead", Duration.ofMillis(50), dead);
        if (results.size() + dead.size() < JOBS) {
          apps.kill(random.nextInt(APPS));
          kills++;
        }
      }
      // Who was killed last may send a second result.
      apps.take("volccv.results", Duration.ofSeconds(3), results);
      apps.take("volccv.dead", Duration.ofMillis(200), dead);
      judge(service, apps, results, dead, kills, seed, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private static void judge(
      Service service,
      ScaleOut apps,
      Map<String, List<String>> results,
      Map<String, List<String>> dead,
      int kills,
      long seed,
      Duration time)
      throws Exception {
    Map<String, List<Service.Post>> bill = service.bill();
    Map<String, Set<String>> made = service.made();
    int paid = 0;
    int paidTwice = 0;
    int paidUnknown = 0;
    int unknownTasks = 0;
    for (int i = 0; i < JOBS; i++) {
      String id = ScaleOut.id(i);
      long times =
          bill.getOrDefault(id, List.of()).stream().filter(post -> post.images() > 0).count();
      paid += (int) times;
      paidTwice += times > 1 ? 1 : 0;
      paidUnknown += dead.containsKey(id) ? (int) times : 0;
      unknownTasks += dead.containsKey(id) && ScaleOut.isTask(id) ? 1 : 0;
    }
    System.out.printf(
        "scale-out: seed %d, %d apps, %d jobs, %d kills, %d s: %d POSTs, %d paid, %d paid twice,"
            + " %d results, %d unknown (%d of them paid, %d of tasks), %d under way at the kills%n",
        seed,
        APPS,
        JOBS,
        kills,
        time.toSeconds(),
        bill.values().stream().mapToInt(List::size).sum(),
        paid,
        paidTwice,
        results.size(),
        dead.size(),
        paidUnknown,
        unknownTasks,
        apps.underWay().size());
    String log = apps.log();
    assertThat(kills).as(log).isPositive();
    assertThat(paidTwice).as("paid twice").isZero();
    assertThat(results.size() + dead.size()).as("jobs that ended; %s", log).isEqualTo(JOBS);
    assertThat(paid).as("paid").isEqualTo(results.size() + paidUnknown);
    assertThat(dead.values()).allSatisfy(ends -> assertThat(ends).containsOnly("unknown"));
    assertThat(apps.underWay()).as("what may be unknown").containsAll(dead.keySet());
    results.forEach(
        (id, pictures) -> {
          assertThat(dead).doesNotContainKey(id);
          assertThat(pictures).as("results of " + id).hasSize(1);
          assertThat(made.get(id)).contains(pictures.get(0));
        });
  }
}
