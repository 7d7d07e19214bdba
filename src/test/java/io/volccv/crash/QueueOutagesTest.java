package io.volccv.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an app on an external broker and PostgreSQL does when these go away for a moment. */
@Tag("slow")
final class QueueOutagesTest {

  private static final int JOBS = 45;
  private static final Duration LONGEST = Duration.ofMinutes(3);

  @TempDir Path folder;
  private final Map<String, List<String>> results = new HashMap<>();

  @Test
  void everyPictureArrivesOnceThroughCutsAndRestarts() throws Exception {
    Database database = new Database(folder.resolve("postgres"));
    try (database;
        Service service = new Service(folder.resolve("service"), "50ms..400ms");
        ScaleOut app = new ScaleOut(folder, database.url(), service, 1)) {
      app.awaitStart();
      app.send(JOBS);

      awaitResults(app, 3);
      app.cutNetwork();
      awaitResults(app, 10);
      database.stop();
      // What was under way ends meanwhile, and cannot be written.
      app.take("volccv.results", Duration.ofSeconds(2), results);
      assertThat(results).hasSizeLessThan(JOBS);
      database.start();
      awaitResults(app, results.size() + 5);
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

  /** A PostgreSQL that can be stopped, and comes back where it was. */
  private static final class Database implements AutoCloseable {
    private final Path data;
    private EmbeddedPostgres server;
    private int port;

    Database(Path data) throws IOException {
      this.data = data;
      start();
    }

    void start() throws IOException {
      server =
          EmbeddedPostgres.builder()
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setPort(port)
              .start();
      port = server.getPort();
    }

    String url() {
      return server.getJdbcUrl("postgres", "postgres");
    }

    void stop() throws IOException {
      server.close();
    }

    @Override
    public void close() throws IOException {
      stop();
    }
  }
}
