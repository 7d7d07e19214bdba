package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.FreePorts;
import io.volccv.model.Job.Outcome;
import io.volccv.queue.QueueInbox;
import io.volccv.testing.SandboxExtension;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** When jobs are taken from a queue, how many, in which order, and when they are left there. */
final class QueueIntakeTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;
  private RemoteHome home;
  private QueueClient client;
  private int port;

  @BeforeEach
  void unpack() throws Exception {
    port = FreePorts.next();
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
    hurry(home);
    client = new QueueClient(port);
  }

  @Test
  void jobsThatNoBudgetIsLeftForStayInTheQueueAcrossARestart() throws Exception {
    home.config("volccv.budget.total.images=0", "volccv.quota.concurrency=2");
    start();
    for (int i = 0; i < 4; i++) {
      client.job(job("job-" + i, 4));
    }
    // Those that were taken are tried again and again, and are no failed deliveries.
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.started.size() > 9);
    assertThat(home.ended).isEmpty();

    client.close();
    home.close();
    home.config("volccv.budget.total.images=100");
    start();
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.ended.size() == 4);

    assertThat(home.ended).allMatch(end -> end.outcome() == Outcome.DONE, "done");
    assertThat(sandbox.bill().images()).isEqualTo(4);
    assertThat(client.browse("volccv.dead")).isEmpty();
  }

  @Test
  void noMoreJobsAreTakenThanThereAreConsumersAndTheUrgentOnesFirst() throws Exception {
    home.config("queue.consumers=1");
    home.holdJobs();
    start();
    client.job(job("job-1", 4));
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.started.size() == 1);
    client.job(job("job-2", 4));
    client.job(job("job-3", 9)); // put back with its priority when its turn comes
    try (MessageProducer producer =
        client.session.createProducer(client.session.createQueue("volccv.jobs"))) {
      Message urgent = client.session.createTextMessage(job("job-4", 8));
      producer.send(urgent, DeliveryMode.PERSISTENT, 8, 0);
    }
    client.awaitMessages("volccv.jobs", 3);
    home.releaseJobs();
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.ended.size() == 4);

    List<String> order = home.started.stream().map(job -> job.name()).distinct().toList();
    assertThat(sandbox.bill().calls().stream().map(call -> call.prompt()).toList())
        .as("%s", order)
        .containsExactly("job-1", "job-4", "job-2", "job-3");
  }

  @Test
  void runOnceDrainsTheQueueAndEnds() throws Exception {
    start();
    client.job(job("once", 4));
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.ended.size() == 1);

    await().atMost(30, TimeUnit.SECONDS).until(() -> home.app().isIdleFor(Duration.ofMillis(500)));
    assertThat(home.folder.resolve("data/outbox/once.jpg")).isNotEmptyFile();
  }

  /** A test does not wait for a minute until an intake has rested. */
  private static void hurry(RemoteHome home) {
    home.app().context().getRegistry().findByType(QueueInbox.class).stream()
        .forEach(inbox -> inbox.setRestMillis(100));
  }

  private static String job(String name, int priority) throws Exception {
    return """
    {"name": "%s", "prompt": "%s", "priority": %d, "pictures": [{"base64": "%s"}]}
    """
        .formatted(
            name,
            name,
            priority,
            Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of("samples/chelsea.png"))));
  }
}
