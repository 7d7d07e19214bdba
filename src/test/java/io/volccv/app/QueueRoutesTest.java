package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code routes/from-queue.yaml} and {@code to-queue.yaml} as shipped, with the broker inside. */
final class QueueRoutesTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;
  private RemoteHome home;
  private QueueClient client;
  private int port;

  @BeforeEach
  void unpack() throws Exception {
    port = QueueClient.freePort();
    home = new RemoteHome(temp.resolve("home"), sandbox);
    home.config(
        "volccv.sources=queue",
        "queue.port=" + port,
        "queue.user=" + QueueClient.USER,
        "queue.password=" + QueueClient.PASSWORD);
  }

  @AfterEach
  void close() throws Exception {
    if (client != null) {
      client.close();
    }
    home.close();
  }

  private void start() throws Exception {
    home.start();
    client = new QueueClient(port);
  }

  private static String picture() throws Exception {
    return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of("samples/chelsea.png")));
  }

  @Test
  void aJobOfTheQueueBecomesAPictureInTheFolder() throws Exception {
    start();

    client.job(
        "{\"name\": \"cats/tom\", \"prompt\": \"a cat\", \"pictures\": [{\"base64\": \"%s\"}]}"
            .formatted(picture()));
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.ended.size() == 1);

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(home.folder.resolve("data/outbox/cats/tom.jpg")).isNotEmptyFile();
    assertThat(Files.readString(home.folder.resolve("data/outbox/cats/tom.jpg.json")))
        .contains("\"a cat\"");
    await().until(() -> client.browse("volccv.jobs").isEmpty());
  }
}
