package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.volccv.DocPage;
import io.volccv.FreePorts;
import io.volccv.testing.SandboxExtension;
import jakarta.jms.BytesMessage;
import jakarta.jms.Message;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code docs/queue.md}, {@code csv.md} and {@code http.md} show is what runs; with {@code
 * -Dvolccv.packaged=target/volccv} by the packaged app. Pictures are compared by their hashes.
 */
@Tag("slow")
final class IntakeDocTest {
  private static final DocPage QUEUE = new DocPage("docs/queue.md");
  private static final DocPage CSV = new DocPage("docs/csv.md");
  private static final DocPage HTTP = new DocPage("docs/http.md");
  private static final MadePictures MADE = new MadePictures(10_000, 50_000);

  @RegisterExtension static final SandboxExtension sandbox = MADE.sandbox();

  @TempDir Path temp;
  private RemoteHome home;

  @BeforeEach
  void unpack() throws Exception {
    MADE.forget();
    home = new RemoteHome(temp.resolve("home"), sandbox);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void fromQueueToQueueOfTheBrokerInside() throws Exception {
    int port = FreePorts.next();
    home.config(QUEUE.properties("volccv.sources=queue")).config("queue.port=" + port).write();
    try (AppProcess app = home.run();
        QueueClient client = client(app, port)) {
      client.job(QUEUE.block("json", "{\"name\"").replace("iVBORw0KGgo...", photo()));

      requireResult(client.next("volccv.results"), "tiger");
      app.await(() -> client.browse("volccv.jobs").isEmpty());
      assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
    }
    assertThat(sandbox.bill().images()).isOne();
  }

  /** As a command that takes what is there, of a broker that is there already. */
  @Test
  void onceFromQueueToQueueOfAnotherBroker() throws Exception {
    try (BrokerTestServer broker = new BrokerTestServer(temp.resolve("broker"), "127.0.0.1");
        QueueClient client = broker.client()) {
      Files.copy(TestCertificate.pem(), home.folder.resolve("config/queue-ca.pem"));
      home.config(QUEUE.properties("queue.url=amqps://"));
      home.config("queue.url=" + broker.tlsUrl("127.0.0.1"));
      home.config("volccv.sources=queue", "volccv.sinks=queue").write();
      client.job(QUEUE.block("json", "{\"name\"").replace("iVBORw0KGgo...", photo()));
      BytesMessage alone = client.bytes(RemoteHome.PHOTO);
      alone.setStringProperty("volccvJob", "{\"prompt\": \"a picture alone\"}");
      client.send("volccv.jobs", alone);

      try (AppProcess app = home.run("--once")) {
        assertThat(app.end()).as(app.log()).isEqualTo(ExitCode.OK);
      }
      List<Message> results = client.awaitMessages("volccv.results", 2);
      for (Message result : results) {
        boolean isNamed = result.getStringProperty("volccvName").equals("cats/tiger.jpg");
        requireResult(result, isNamed ? "tiger" : "a picture alone");
      }
      assertThat(client.browse("volccv.jobs")).isEmpty();
    }
    assertThat(sandbox.bill().images()).isEqualTo(2);
  }

  @Test
  void onceFromATableToTheFolder() throws Exception {
    home.config(CSV.properties("volccv.sources=csv")).write();
    Path pictures = Files.createDirectories(home.folder.resolve("data/pictures"));
    for (String name : List.of("tom.jpg", "mia.jpg")) {
      Files.write(pictures.resolve(name), RemoteHome.PHOTO);
    }
    Path tables = Files.createDirectories(home.folder.resolve("data/csv"));
    Files.writeString(tables.resolve("orders.csv"), CSV.block("csv", "name,fields.style"));

    try (AppProcess app = home.run("--once")) {
      assertThat(app.end()).as(app.log()).isEqualTo(ExitCode.OK);
    }

    Path outbox = home.folder.resolve("data/outbox/cats");
    for (String name : List.of("tiger", "mia")) {
      assertThat(MADE.of(name))
          .containsExactly(MadePictures.hash(Files.readAllBytes(outbox.resolve(name + ".jpg"))));
    }
    assertThat(home.folder.resolve("data/done/orders.csv")).exists();
    assertThat(sandbox.bill().images()).isEqualTo(2);
  }

  /** The client is the command that is shown. */
  @Test
  void fromHttpToHttp() throws Exception {
    assumeThat(new ProcessBuilder("sh", "-c", "command -v curl").start().waitFor())
        .as("curl is there")
        .isZero();
    int port = FreePorts.next();
    home.config(HTTP.properties("volccv.sources=http")).config("http.port=" + port).write();
    Path coffee = temp.resolve("coffee.jpg");
    String command =
        HTTP.block("sh", "curl -F")
            .replace("127.0.0.1:9181", "127.0.0.1:" + port)
            .replace("-o coffee.jpg", "-sS --fail-with-body -o " + coffee);
    try (AppProcess app = home.run()) {
      app.await(new DoorClient(port)::isOpen);
      Process curl =
          new ProcessBuilder("sh", "-c", command)
              .directory(AppProcess.origin().toFile())
              .redirectErrorStream(true)
              .start();
      String said = new String(curl.getInputStream().readAllBytes(), UTF_8);
      assertThat(curl.waitFor()).as(said + app.log()).isZero();
      assertThat(app.terminate()).as(app.log()).isEqualTo(ExitCode.TERMINATED);
    }

    assertThat(MADE.all()).containsExactly(MadePictures.hash(Files.readAllBytes(coffee)));
    assertThat(sandbox.bill().calls()).first().extracting("prompt").asString().contains("oil");
    assertThat(sandbox.bill().images()).isOne();
  }

  /** Whether it is the picture that was made. */
  private static void requireResult(Message message, String name) throws Exception {
    assertThat(message).as(name).isInstanceOf(BytesMessage.class);
    BytesMessage result = (BytesMessage) message;
    byte[] picture = new byte[(int) result.getBodyLength()];
    result.readBytes(picture);
    assertThat(result.getStringProperty("volccvOutcome")).isEqualTo("done");
    assertThat(MADE.of(name)).containsExactly(MadePictures.hash(picture));
  }

  /** Once the app's broker listens. */
  private static QueueClient client(AppProcess app, int port) throws Exception {
    app.await(
        () -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
          } catch (ConnectException e) {
            return false;
          }
        });
    return new QueueClient(port);
  }

  private static String photo() {
    return Base64.getEncoder().encodeToString(RemoteHome.PHOTO);
  }
}
