package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.FreePorts;
import io.volccv.model.Job.Outcome;
import io.volccv.queue.QueueBroker;
import io.volccv.sandbox.Fault;
import io.volccv.testing.SandboxExtension;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code replay} of jobs that are dead letters, of the broker inside the app and of another. */
@Tag("slow")
final class ReplayQueueTest {
  private static final Fault THROTTLED = Fault.code("50430");
  private static final Fault FAULTY = Fault.code("50500");
  private static final Fault CUT = Fault.always(Fault.Kind.CUT_AFTER_BILLING);
  private static final Set<String> QUEUES = Set.of("volccv.jobs", "volccv.results", "volccv.dead");

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;
  private OperatorHome home;
  private int port;

  @BeforeEach
  void unpack() throws Exception {
    home = new OperatorHome(temp.resolve("home"), sandbox);
    port = FreePorts.next();
  }

  @AfterEach
  void close() {
    home.home.close();
  }

  @Test
  void aRowThatFailedGoesBackToTheQueueWhileTheAppIsStoppedAndIsPaidOnce() throws Exception {
    home.config("volccv.sources=csv");
    table("name,prompt,pictures.file\ncats/tom,a cat,tom.png\ncats/mia,a dog,mia.png\n");
    runWith(THROTTLED);
    Files.delete(home.file("data/pictures/mia.png"));

    assertThat(home.replay("--code", "50429")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out()).isEqualToIgnoringNewLines("nothing to replay");
    assertThat(home.replay("--dry-run")).as(home.err()).isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(home.out())
        .contains("volccv.dead: cats/tom", "50430", "back: is sent", "its picture mia.png is gone")
        .contains("1 back, 0 stay, 1 refused");
    assertThat(home.replay("--source", "csv", "--since", "1h", "--json"))
        .isEqualTo(ExitCode.JOBS_FAILED);

    assertThat(home.json().path("back").intValue()).isEqualTo(1);
    assertThat(home.json().at("/inputs/0/source").textValue()).isEqualTo("queue");
    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.file("data/outbox/cats/tom.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(home.replay()).as("the other one is still there").isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(home.out()).contains("0 back, 0 stay, 1 refused");
  }

  @Test
  void aFinalFailureIsReleasedAndWhatIsPerhapsPaidStays() throws Exception {
    home.config("volccv.sources=csv");
    table("name,prompt,pictures.file\ncats/tom,a cat,tom.png\n");
    runWith(FAULTY);
    assertThat(home.replay("--json")).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.json().at("/inputs/0/job").textValue()).isEqualTo("FAILED");
    runWith(CUT);

    assertThat(home.replay()).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.out()).contains("nothing to replay");
    assertThat(home.replay("--unknown")).isEqualTo(ExitCode.OK);
    assertThat(home.out()).contains("stays: perhaps paid", "0 back, 1 stay");
    assertThat(home.run()).as("nothing is in the queue").isEqualTo(ExitCode.OK);
    long posts = sandbox.bill().posts();
    assertThat(home.replay("--unknown", "--resend", "--yes")).as(home.err()).isZero();

    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.OK);
    assertThat(home.file("data/outbox/cats/tom.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().posts()).isEqualTo(posts + 1);
  }

  @Test
  void aQueueThatOnlyTheAppReachesIsSaidWithWhatToDo() throws Exception {
    home.config("volccv.sources=csv");
    table("prompt,pictures.file\na cat,tom.png\n");
    runWith(THROTTLED);
    try (HomeLock running = HomeLock.take(new Home(home.home.folder), home.file("data"))) {
      assertThat(home.replay()).isEqualTo(ExitCode.CONFIGURATION);
    }

    assertThat(home.err())
        .startsWith("config: queue.port: is not set")
        .contains("stop the app meanwhile", "queue.user")
        .hasLineCount(1);
    assertThat(home.replay("--dry-run")).as(home.err()).isEqualTo(ExitCode.OK);
  }

  @Test
  void theQueueOfTheAppThatRunsIsReachedAtItsPort() throws Exception {
    login().config("volccv.sources=queue", "queue.port=" + port);
    try (HomeLock running = HomeLock.take(new Home(home.home.folder), home.file("data"))) {
      fails(THROTTLED, List.of(job("cats/tom", "a cat")));

      assertThat(home.replay()).as(home.err() + home.out()).isEqualTo(ExitCode.OK);

      awaitEnds(2);
      assertThat(home.home.ended.get(1).outcome()).isEqualTo(Outcome.DONE);
      try (QueueClient client = new QueueClient(port)) {
        assertThat(client.browse("volccv.dead")).isEmpty();
      }
    }
    assertThat(home.file("data/outbox/cats/tom.jpg")).isNotEmptyFile();
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void aJobGoesBackAsItCameToABrokerOfOnesOwn() throws Exception {
    login().config("volccv.sources=queue", "queue.url=amqp://127.0.0.1:" + port);
    try (QueueBroker broker = broker()) {
      String nameless = "{\"prompt\": \"a dog\", \"pictures\": [{\"base64\": \"%%%%\"}]}";
      fails(THROTTLED, List.of(job("cats/tom", "a cat"), nameless));
      home.home.close();
      try (QueueClient client = new QueueClient(port)) {
        Message first = textOf(client.awaitMessages("volccv.dead", 2), nameless);
        assertThat(home.replay("--state", "failed,invalid")).as(home.err()).isZero();

        assertThat(client.browse("volccv.dead")).as(home.out()).isEmpty();
        List<Message> all = client.awaitMessages("volccv.jobs", 2);
        Message back = textOf(all, nameless);
        assertThat(back.getJMSPriority()).isEqualTo(first.getJMSPriority());
        assertThat(Collections.list(back.getPropertyNames()))
            .as("the reason is gone, and what it was called is known")
            .filteredOn(name -> name.toString().startsWith("volccv"))
            .isEqualTo(List.of("volccvMessageId"));
        assertThat(back.getStringProperty("volccvMessageId"))
            .isEqualTo(first.getStringProperty("volccvMessageId"));
      }
      home.home.start();
      awaitEnds(4);
      home.home.close();
    }
    assertThat(home.file("data/outbox/cats/tom.jpg")).isNotEmptyFile();
    assertThat(home.home.ended.stream().map(RemoteHome.Ended::name).distinct()).hasSize(2);
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void oneOfManyIsFetchedAndAllOthersAreStillThere() throws Exception {
    login().config("volccv.sources=queue", "queue.url=amqp://127.0.0.1:" + port);
    home.config("volccv.ledger=memory");
    try (QueueBroker broker = broker();
        QueueClient client = new QueueClient(port)) {
      int many = 2_500;
      List<Message> all = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        all.add(letter(client, i < many - 1 ? "50500" : "50430", "x".repeat(8_000)));
      }
      all.add(client.session.createTextMessage("{\"prompt\": \"who put me here\"}"));
      client.send("volccv.dead", all);

      assertThat(home.replay("--code", "50430")).as(home.err() + home.out()).isZero();

      assertThat(home.out()).contains("1 back, 0 stay, 0 refused");
      client.awaitMessages("volccv.jobs", 1);
      client.awaitMessages("volccv.dead", many);
      assertThat(home.replay("--unknown", "--state", "unknown", "--resend", "--yes"))
          .isEqualTo(ExitCode.JOBS_FAILED);
      assertThat(home.out()).contains("refused: no job of this app").contains("1 refused");
    }
  }

  @Test
  void aRequestThatFailedIsDoneAfterwardsForItsClient() throws Exception {
    int door = FreePorts.next();
    home.config("volccv.sources=http", "volccv.sinks=http", "http.port=" + door);
    sandbox.sandbox().faults(List.of(FAULTY));
    home.home.start();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door + "/jobs?wait=60"))
            .header("Content-Type", "image/png")
            .header("Idempotency-Key", "order-1")
            .POST(BodyPublishers.ofByteArray(RemoteHome.PHOTO));
    assertThat(send(request).statusCode()).isEqualTo(502);
    home.home.close();
    sandbox.sandbox().faults(List.of());

    assertThat(home.replay("--source", "http")).as(home.err() + home.out()).isZero();

    home.home.start();
    awaitEnds(2);
    HttpRequest.Builder look =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + door + "/jobs/order-1?wait=60"));
    assertThat(send(look).body()).contains("\"state\":\"done\"");
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void aTableThatCouldNotBeReadIsNoPhoto() throws Exception {
    home.config("volccv.sources=csv,folder");
    table("no such column\nx\n");
    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.JOBS_FAILED);
    assertThat(home.file("data/invalid/orders.csv.error.json")).isNotEmptyFile();

    assertThat(home.replay()).as(home.err()).isEqualTo(ExitCode.OK);

    assertThat(home.out()).contains("nothing to replay");
    assertThat(home.file("data/invalid/orders.csv")).isNotEmptyFile();
  }

  @Test
  void aBrokerThatCannotBeReachedIsSaidInOneLine() {
    login().config("volccv.sources=queue", "queue.url=amqp://127.0.0.1:" + port);

    assertThat(home.replay()).isEqualTo(ExitCode.CONFIGURATION);

    assertThat(home.err()).startsWith("config: queue.url: the broker cannot be").hasLineCount(1);
  }

  @Test
  void withoutAQueueThereIsNothingAndNoneIsMade() {
    home.config("volccv.sources=csv");

    assertThat(home.replay("--source", "queue")).as(home.err()).isEqualTo(ExitCode.OK);

    assertThat(home.out()).contains("nothing to replay");
    assertThat(home.file("data/queue")).isEmptyDirectory();
  }

  private static Message letter(QueueClient client, String code, String prompt) throws Exception {
    TextMessage letter = client.session.createTextMessage("{\"prompt\": \"" + prompt + "\"}");
    letter.setStringProperty("volccvOutcome", "failed");
    letter.setStringProperty("volccvLetter", UUID.randomUUID().toString());
    letter.setStringProperty("volccvCode", code);
    letter.setStringProperty("volccvBilled", "no");
    return letter;
  }

  private QueueBroker broker() throws Exception {
    Path folder = temp.resolve("broker");
    return QueueBroker.embedded(
        folder, port, QueueClient.USER, QueueClient.PASSWORD, QUEUES, "volccv.dead");
  }

  private OperatorHome login() {
    return home.config("queue.user=" + QueueClient.USER, "queue.password=" + QueueClient.PASSWORD);
  }

  private void fails(Fault fault, List<String> jobs) throws Exception {
    sandbox.sandbox().faults(List.of(fault));
    home.home.start();
    try (QueueClient client = new QueueClient(port)) {
      for (String job : jobs) {
        client.job(job);
      }
      awaitEnds(jobs.size());
      await().until(() -> client.browse("volccv.dead").size() == jobs.size());
    }
    sandbox.sandbox().faults(List.of());
  }

  private static Message textOf(List<Message> messages, String text) throws Exception {
    for (Message message : messages) {
      if (((TextMessage) message).getText().equals(text)) {
        return message;
      }
    }
    throw new AssertionError("no message says " + text);
  }

  private void awaitEnds(int count) {
    await().atMost(60, TimeUnit.SECONDS).until(() -> home.home.ended.size() >= count);
  }

  private static String job(String name, String prompt) {
    String picture = java.util.Base64.getEncoder().encodeToString(RemoteHome.PHOTO);
    return "{\"name\": \"%s\", \"prompt\": \"%s\", \"pictures\": [{\"base64\": \"%s\"}]}"
        .formatted(name, prompt, picture);
  }

  private void table(String text) throws Exception {
    for (String photo : List.of("tom.png", "mia.png")) {
      Files.createDirectories(home.file("data/pictures"));
      Files.write(home.file("data/pictures/" + photo), RemoteHome.PHOTO);
    }
    Files.createDirectories(home.file("data/csv"));
    Files.writeString(home.file("data/csv/orders.csv"), text);
  }

  private void runWith(Fault fault) {
    sandbox.sandbox().faults(List.of(fault));
    assertThat(home.run()).as(home.err()).isEqualTo(ExitCode.JOBS_FAILED);
    sandbox.sandbox().faults(List.of());
  }
}
