package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.FreePorts;
import io.volccv.testing.SandboxExtension;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * An app that is killed when a request is in the queue and its client has no answer yet. The client
 * sends it again with the same Idempotency-Key, and one picture is paid.
 */
@Tag("slow")
final class HttpKillTest {
  private static final MadePictures MADE = new MadePictures(10_000, 50_000);
  private static final String QUERY = "fields.name=tom&wait=60";
  private static final String KEY = "order-1";

  @RegisterExtension static final SandboxExtension sandbox = MADE.sandbox();

  private final ExecutorService clients = Executors.newCachedThreadPool();
  @TempDir Path temp;
  private RemoteHome home;
  private DoorClient door;
  private Path queued;

  @BeforeEach
  void unpack() throws Exception {
    MADE.forget();
    home = new RemoteHome(temp.resolve("home"), sandbox);
    door = new DoorClient(FreePorts.next());
    queued = temp.resolve("queued");
    home.config("volccv.sources=http", "volccv.sinks=http", door.config());
  }

  @AfterEach
  void close() {
    clients.shutdownNow();
    home.close();
  }

  @Test
  void aKillBeforeThePictureIsMade() throws Exception {
    // The job is taken from the queue, and held.
    home.config("volccv.budget.total.images=0");
    killBetweenQueueAndAnswer(() -> Files.exists(queued));
    assertThat(sandbox.bill().posts()).isZero();

    home.config("volccv.budget.total.images=10");
    askAgain();
  }

  @Test
  void aKillWhenThePictureIsMade() throws Exception {
    killBetweenQueueAndAnswer(
        () ->
            Files.exists(queued)
                && TestServer.filesBelow(home.folder.resolve("data/http")).stream()
                    .anyMatch(file -> file.endsWith("/result.json")));
    assertThat(sandbox.bill().images()).isOne();

    askAgain();
  }

  /** The route stands still behind the step that queues the job. */
  private void killBetweenQueueAndAnswer(Callable<Boolean> isTime) throws Exception {
    Path route = home.folder.resolve("routes/from-http.yaml");
    String asShipped = Files.readString(route);
    Files.writeString(
        route,
        asShipped
            + """
                      - to:
                          uri: file:%s?fileName=queued
                      - delay:
                          constant: "600000"
              """
                .formatted(temp));
    home.write();
    try (AppProcess app = home.run()) {
      app.await(door::isOpen);
      Future<Optional<HttpResponse<byte[]>>> answer =
          clients.submit(() -> door.ask(KEY, QUERY, RemoteHome.PHOTO));
      app.await(isTime);
      assertThat(answer.isDone()).as("answered").isFalse();
      app.kill();
      assertThat(answer.get(60, TimeUnit.SECONDS)).isEmpty();
    }
    Files.writeString(route, asShipped);
  }

  private void askAgain() throws Exception {
    home.write();
    try (AppProcess app = home.run()) {
      app.await(door::isOpen);
      HttpResponse<byte[]> answer = door.ask(KEY, QUERY, RemoteHome.PHOTO).orElseThrow();
      assertThat(answer.statusCode()).as(app.log()).isEqualTo(200);
      assertThat(MADE.of("tom")).containsExactly(MadePictures.hash(answer.body()));
      assertThat(door.ask(KEY, QUERY, RemoteHome.PHOTO).orElseThrow().body())
          .isEqualTo(answer.body());
      assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
    }
    // What the queue still held of it costs nothing either.
    try (AppProcess app = home.run("--once", "-Dvolccv.sources=queue")) {
      assertThat(app.end()).as(app.log()).isEqualTo(ExitCode.OK);
    }
    assertThat(sandbox.bill().images()).isOne();
  }
}
