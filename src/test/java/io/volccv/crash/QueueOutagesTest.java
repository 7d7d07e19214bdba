package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an app on an external broker and PostgreSQL does when these go away for a moment. */
final class QueueOutagesTest {

  private static final int JOBS = 45;
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir Path folder;
  private final Map<String, List<String>> results = new HashMap<>();

  @Test
  void everyPictureArrivesOnceThroughCutsAndRestarts() throws Exception {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
        Service service = new Service(folder.resolve("service"), "50ms..400ms");
        ScaleOut app =
            new ScaleOut(folder, postgres.getJdbcUrl("postgres", "postgres"), service, 1)) {
      app.awaitStart();
      app.send(JOBS);

      awaitResults(app, 3);
      app.cutNetwork();
      awaitResults(app, 10);
      disconnectAll(postgres);
      awaitResults(app, 17);
      app.restartBroker();
      awaitResults(app, JOBS);
      app.take("volccv.results", Duration.ofSeconds(2), results);

      Map<String, List<Service.Post>> bill = service.bill();
      assertThat(results).as(app.log()).hasSize(JOBS);
      results.forEach((id, pictures) -> assertThat(pictures).as(id).hasSize(1));
      bill.forEach((id, posts) -> assertThat(posts).as(id).hasSize(1));
    }
  }

  private void awaitResults(ScaleOut app, int count) throws Exception {
    long until = System.nanoTime() + LONGEST.toNanos();
    while (results.size() < count) {
      assertThat(System.nanoTime() - until).as(app.log()).isNegative();
      app.take("volccv.results", Duration.ofMillis(100), results);
    }
  }

  /** As a server does that is restarted. */
  private static void disconnectAll(EmbeddedPostgres postgres) throws Exception {
    try (var connection = postgres.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'");
    }
  }
}
