package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.FreePorts;
import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code routes/from-queue.yaml} and {@code to-queue.yaml} as shipped, with the broker inside. */
final class QueueRoutesTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;
  private static RemoteHome home;
  private static QueueClient client;

  @BeforeAll
  static void start() throws Exception {
    int port = FreePorts.next();
    home = new RemoteHome(temp.resolve("home"), sandbox);
    Files.createDirectories(home.folder.resolve("data/pictures/cats"));
    Files.copy(
        Path.of("samples/chelsea.png"), home.folder.resolve("data/pictures/cats/chelsea.png"));
    home.config(
        "volccv.sources=queue",
        "volccv.sinks=folder,queue",
        "queue.port=" + port,
        "queue.user=" + QueueClient.USER,
        "queue.password=" + QueueClient.PASSWORD,
        "queue.pictures=" + home.folder.resolve("data/pictures"));
    home.start();
    client = new QueueClient(port);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    home.close();
  }

  @BeforeEach
  void forget() {
    home.ended.clear();
  }

  @Test
  void aJobBecomesAPictureInTheFolderAndInTheQueueOfResults() throws Exception {
    TextMessage job = client.session.createTextMessage(job("cats/tom", "a tabby"));
    job.setJMSCorrelationID("order 1");
    client.send("volccv.jobs", job);

    BytesMessage result = (BytesMessage) client.next("volccv.results");
    awaitEnd(1);

    JsonNode provenance = JSON.readTree(result.getStringProperty("volccvProvenance"));
    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(hash(result)).isEqualTo(provenance.get("outputSha256").textValue());
    assertThat(provenance.get("prompt").textValue()).isEqualTo("a tabby");
    assertThat(result.getJMSCorrelationID()).isEqualTo("order 1");
    assertThat(result.getStringProperty("volccvOutcome")).isEqualTo("done");
    assertThat(result.getStringProperty("volccvName")).isEqualTo("cats/tom.jpg");
    assertThat(result.getStringProperty("volccvMediaType")).isEqualTo("image/jpeg");
    assertThat(result.getIntProperty("volccvNumber")).isEqualTo(1);
    assertThat(result.getIntProperty("volccvCount")).isEqualTo(1);
    assertThat(home.folder.resolve("data/outbox/cats/tom.jpg")).isNotEmptyFile();
    await().until(() -> client.browse("volccv.jobs").isEmpty());
    assertThat(home.folder.resolve("data/spool/incoming/queue")).isEmptyDirectory();
  }

  @Test
  void whoWaitsForAReplyGetsIt() throws Exception {
    Queue replies = client.session.createTemporaryQueue();
    BytesMessage job = client.bytes(Files.readAllBytes(Path.of("samples/coffee.png")));
    job.setStringProperty("volccvJob", "{\"prompt\": \"a cup\", \"sink\": \"queue\"}");
    job.setJMSReplyTo(replies);
    client.send("volccv.jobs", job);

    BytesMessage reply = (BytesMessage) next(replies);

    assertThat(hash(reply))
        .isEqualTo(
            JSON.readTree(reply.getStringProperty("volccvProvenance"))
                .get("outputSha256")
                .textValue());
    assertThat(reply.getJMSCorrelationID()).isEqualTo(job.getJMSMessageID());
    assertThat(client.browse("volccv.results")).isEmpty();
  }

  @Test
  void theSameJobIsPaidOnceAndEveryoneHearsOfIt() throws Exception {
    Queue replies = client.session.createTemporaryQueue();
    List<Message> answers = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      TextMessage job = client.session.createTextMessage(job("twice", "one and the same"));
      job.setJMSReplyTo(replies);
      client.send("volccv.jobs", job);
      answers.add(next(replies));
      awaitEnd(i + 1);
    }

    assertThat(answers.get(0)).isInstanceOf(BytesMessage.class);
    assertThat(((TextMessage) answers.get(1)).getText()).isEqualTo("{\"outcome\":\"done\"}");
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void twoWhoAskForTheSameJobAtOnceBothHearOfIt() throws Exception {
    Queue replies = client.session.createTemporaryQueue();
    for (int i = 0; i < 2; i++) {
      String json = job("at once", "asked for by two").replace("}]}", "}], \"sink\": \"queue\"}");
      TextMessage job = client.session.createTextMessage(json);
      job.setJMSReplyTo(replies);
      client.send("volccv.jobs", job);
    }

    assertThat(outcome(next(replies))).isEqualTo("done");
    assertThat(outcome(next(replies))).isEqualTo("done");
    assertThat(sandbox.bill().posts()).isEqualTo(1);
    awaitEnd(2);
  }

  @Test
  void whatTwoAskForAtOnceIsOnceInTheFolder() throws Exception {
    for (int i = 0; i < 2; i++) {
      client.job(job("twins", "asked for by twins"));
    }
    awaitEnd(2);

    assertThat(home.ended).extracting(RemoteHome.Ended::outcome).containsOnly(Outcome.DONE);
    assertThat(TestServer.filesBelow(home.folder.resolve("data/outbox")))
        .filteredOn(file -> file.startsWith("twins"))
        .containsExactly("twins.jpg", "twins.jpg.json");
    assertThat(client.next("volccv.results")).isNotNull();
    assertThat(client.browse("volccv.results")).isEmpty();
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void whatTheSenderCallsAHeaderHasNoEffect() throws Exception {
    TextMessage job = client.session.createTextMessage(job("headers", "as it says"));
    job.setStringProperty("caMelHttpUri", "http://127.0.0.1:1/");
    job.setStringProperty("CamelVolcCvParams", "{\"scale\": 29.5}");
    job.setStringProperty("CamelVolcCvPrompt", "as the header says");
    job.setStringProperty("camelvolccvjobkey", "a key of the header");
    job.setStringProperty("CamelFileName", "../../elsewhere");
    job.setStringProperty("CamelVolcCvJob", "x");
    client.send("volccv.jobs", job);

    BytesMessage result = (BytesMessage) client.next("volccv.results");

    JsonNode provenance = JSON.readTree(result.getStringProperty("volccvProvenance"));
    assertThat(provenance.get("prompt").textValue()).isEqualTo("as it says");
    assertThat(provenance.get("params").toString()).doesNotContain("29.5");
    assertThat(provenance.get("jobKey").textValue()).hasSize(64);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
    awaitEnd(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no json",
        "[]",
        "{\"promt\": \"x\"}",
        "{\"pictures\": [{\"file\": \"../chelsea.png\"}]}",
        "{\"pictures\": [{\"file\": \"cats/none.png\"}]}",
        "{\"pictures\": [{\"base64\": \"%%%%\"}]}",
        "{\"pictures\": [{\"base64\": \"x\"}]}",
        "{\"variants\": 0}"
      })
  void whatIsNoJobIsADeadLetterWithItsReason(String text) throws Exception {
    Queue replies = client.session.createTemporaryQueue();
    TextMessage job = client.session.createTextMessage(text);
    job.setStringProperty("order", "4711");
    job.setStringProperty("_AMQ_DUPL_ID", "of the sender " + text);
    job.setJMSReplyTo(replies);
    client.send("volccv.jobs", job);

    TextMessage letter = (TextMessage) client.next("volccv.dead");

    assertThat(letter.getText()).isEqualTo(text);
    assertThat(letter.getStringProperty("order")).isEqualTo("4711");
    assertThat(letter.getStringProperty("volccvOutcome")).isEqualTo("invalid");
    assertThat(letter.getStringProperty("volccvType")).isEqualTo("InvalidRequestException");
    assertThat(letter.getStringProperty("volccvMessage")).isNotBlank();
    assertThat(letter.getStringProperty("volccvBilled")).isEqualTo("no");
    assertThat(letter.getJMSReplyTo()).isEqualTo(replies);
    assertThat(JSON.readTree(((TextMessage) next(replies)).getText()).get("outcome").textValue())
        .isEqualTo("invalid");
    assertThat(sandbox.bill().posts()).isZero();
  }

  @Test
  void aMessageOfAnotherKindIsADeadLetter() throws Exception {
    var map = client.session.createMapMessage();
    map.setString("prompt", "x");
    client.send("volccv.jobs", map);
    client.send("volccv.jobs", client.session.createObjectMessage("x"));
    client.send("volccv.jobs", client.bytes("picture".getBytes(UTF_8)));

    for (int i = 0; i < 3; i++) {
      assertThat(client.next("volccv.dead").getStringProperty("volccvOutcome"))
          .isEqualTo("invalid");
    }
  }

  @Test
  void aRequestToReplyIntoTheJobsIsRefused() throws Exception {
    TextMessage job = client.session.createTextMessage(job("loop", "round and round"));
    job.setJMSReplyTo(client.session.createQueue("volccv.jobs"));
    client.send("volccv.jobs", job);

    assertThat(client.next("volccv.dead").getStringProperty("volccvMessage")).contains("reply");
    await().until(() -> client.browse("volccv.jobs").isEmpty());
    assertThat(client.browse("volccv.dead")).isEmpty();
    assertThat(sandbox.bill().posts()).isZero();
  }

  @Test
  void aJobThatFailsIsADeadLetterThatSaysWhetherItWasPaid() throws Exception {
    sandbox.whenPrompt("an error").fail(50412);
    Queue replies = client.session.createTemporaryQueue();
    TextMessage job = client.session.createTextMessage(job("fails", "an error"));
    job.setJMSCorrelationID("7");
    job.setJMSReplyTo(replies);
    client.send("volccv.jobs", job);

    Message letter = client.next("volccv.dead");
    TextMessage reply = (TextMessage) next(replies);

    assertThat(letter.getStringProperty("volccvOutcome")).isEqualTo("rejected");
    assertThat(letter.getStringProperty("volccvCode")).isEqualTo("50412");
    assertThat(letter.getStringProperty("volccvBilled")).isEqualTo("no");
    assertThat(letter.getStringProperty("volccvJobKey")).hasSize(64);
    assertThat(reply.getJMSCorrelationID()).isEqualTo("7");
    assertThat(JSON.readTree(reply.getText()).get("code").textValue()).isEqualTo("50412");
  }

  @Test
  void variantsAreJobsOfTheirOwn() throws Exception {
    client.job(
        """
        {"name": "many", "prompt": "a cat", "variants": 3, "sink": "folder",
         "pictures": [{"file": "cats/chelsea.png"}]}
        """);
    awaitEnd(3);

    for (int i = 1; i <= 3; i++) {
      assertThat(home.folder.resolve("data/outbox/many-v" + i + ".jpg")).isNotEmptyFile();
    }
    assertThat(sandbox.bill().images()).isEqualTo(3);
  }

  @Test
  void aMessageOf100MegabytesIsPutAwayAndTheOthersGoOn() throws Exception {
    client.send("volccv.jobs", client.bytes(new byte[100_000_001]));
    BytesMessage large = client.bytes(new byte[100_000_001]);
    large.setStringProperty("volccvJob", "{}");
    client.send("volccv.jobs", large);
    client.job(job("small", "after the large one").replace("}]}", "}], \"sink\": \"folder\"}"));

    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> Files.exists(home.folder.resolve("data/outbox/small.jpg")));
    for (int i = 0; i < 2; i++) {
      Message letter = client.next("volccv.dead");
      assertThat(letter.getStringProperty("volccvOutcome")).isEqualTo("invalid");
      assertThat(letter).isInstanceOf(BytesMessage.class);
      assertThat(((BytesMessage) letter).getBodyLength()).isEqualTo(100_000_001);
    }
  }

  private static String job(String name, String prompt) {
    return "{\"name\": \"%s\", \"prompt\": \"%s\", \"pictures\": [{\"base64\": \"%s\"}]}"
        .formatted(name, prompt, picture());
  }

  private static String picture() {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of("samples/chelsea.png")));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Message next(Queue queue) throws Exception {
    try (MessageConsumer consumer = client.session.createConsumer(queue)) {
      Message message = consumer.receive(30_000);
      assertThat(message).as("a message in " + queue).isNotNull();
      return message;
    }
  }

  /** Of a picture, or of a reply without one. */
  private static String outcome(Message reply) throws Exception {
    return reply instanceof TextMessage text
        ? JSON.readTree(text.getText()).get("outcome").textValue()
        : reply.getStringProperty("volccvOutcome");
  }

  private static void awaitEnd(int jobs) {
    await().atMost(60, TimeUnit.SECONDS).until(() -> home.ended.size() >= jobs);
  }

  private static String hash(BytesMessage message) throws Exception {
    byte[] content = new byte[(int) message.getBodyLength()];
    message.readBytes(content);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
  }
}
