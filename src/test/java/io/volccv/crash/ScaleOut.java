package io.volccv.crash;

import io.volccv.app.VolcCvApp;
import io.volccv.queue.BrokerMain;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.qpid.jms.JmsConnectionFactory;

/** Several apps on one broker and one ledger, each in a home and a process of its own. */
final class ScaleOut implements AutoCloseable {

  private static final Path PROJECT = Path.of("").toAbsolutePath();

  /** A model with tasks. The other half of the jobs are of the configured one, which has none. */
  private static final String TASKS = "high_aes_general_v30l_zt2i";

  private final Path folder;
  private final String ledger;
  private final Service service;
  private final List<Child> apps = new ArrayList<>();
  private final Set<String> underWay = new HashSet<>();
  private final Connection connection;
  private Child broker;
  private URI brokerUri;
  private final CutProxy network;

  ScaleOut(Path folder, String ledger, Service service, int count) throws Exception {
    this.folder = folder;
    this.ledger = ledger;
    this.service = service;
    startBroker(0);
    network = new CutProxy(brokerUri.getPort());
    connection =
        new JmsConnectionFactory(
                BrokerMain.USER,
                BrokerMain.PASSWORD,
                "failover:(" + brokerUri + ")?jms.prefetchPolicy.all=100")
            .createConnection();
    connection.start();
    for (int i = 0; i < count; i++) {
      Path home = home(i);
      for (String part : List.of("routes", "config")) {
        copy(PROJECT.resolve(part), home.resolve(part));
      }
      apps.add(start(i));
    }
  }

  private void startBroker(int port) throws IOException {
    broker =
        Child.start(
            BrokerMain.class,
            folder.resolve("broker.log"),
            List.of(Integer.toString(port), folder.resolve("broker").toString()));
    String greeting = broker.greeting();
    if (greeting.isEmpty()) {
      throw new IllegalStateException("the broker did not start: " + broker.log());
    }
    brokerUri = URI.create(greeting);
  }

  /** SIGKILL to the broker, which comes back where it was. */
  void restartBroker() throws IOException, InterruptedException {
    broker.kill();
    startBroker(brokerUri.getPort());
  }

  /** All connections between apps and broker break. */
  void cutNetwork() throws IOException {
    network.cut();
  }

  private Path home(int i) {
    return folder.resolve("app-" + i);
  }

  private Child start(int i) throws IOException {
    List<String> args = new ArrayList<>(List.of("run", "--home", home(i).toString()));
    Map<String, String> lines = new HashMap<>();
    lines.put("camel.component.volccv.baseUrl", service.uri() + "/volcv/v1");
    lines.put("camel.component.volccv.apiKey", "sandbox-key");
    lines.put("camel.component.volccv.accessKeyId", "");
    lines.put("camel.component.volccv.secretAccessKey", "");
    lines.put("camel.component.volccv.sessionToken", "");
    // A call that nobody answers any more keeps its permit so long.
    lines.put("camel.component.volccv.responseTimeout", "5000");
    lines.put("camel.component.volccv.pollInterval", "200");
    lines.put("volccv.reqKeys", TASKS);
    lines.put("volccv.params", "");
    lines.put("volccv.sources", "queue");
    lines.put("volccv.sinks", "queue");
    lines.put("volccv.ledger", ledger);
    lines.put("volccv.quota.concurrency", "24");
    lines.put("queue.consumers", "8");
    lines.put("queue.url", "amqp://127.0.0.1:" + network.port());
    lines.put("queue.user", BrokerMain.USER);
    lines.put("queue.password", BrokerMain.PASSWORD);
    lines.forEach((key, value) -> args.add("-D" + key + "=" + value));
    return Child.start(VolcCvApp.class, home(i).resolve("log"), args);
  }

  /** Waits until all apps work. */
  void awaitStart() throws IOException {
    for (Child app : apps) {
      requireStarted(app);
    }
  }

  private static void requireStarted(Child app) throws IOException {
    if (app.greeting().isEmpty()) {
      throw new IllegalStateException("an app did not start: " + app.log());
    }
  }

  /** SIGKILL, a look at what was under way just then, and a new start. */
  void kill(int i) throws Exception {
    apps.get(i).kill();
    underWay.addAll(sent(home(i)));
    apps.set(i, start(i));
    requireStarted(apps.get(i));
  }

  /** Each second job is of a model with tasks. */
  void send(int jobs) throws Exception {
    String picture = picture();
    try (Session session = connection.createSession(Session.SESSION_TRANSACTED);
        MessageProducer producer = session.createProducer(session.createQueue("volccv.jobs"))) {
      for (int i = 0; i < jobs; i++) {
        String id = id(i);
        String json =
            isTask(id)
                ? """
                {"jobKey": "%s", "prompt": "%s; a picture", "reqKey": "%s"}
                """
                    .formatted(id, id, TASKS)
                : """
                {"jobKey": "%s", "prompt": "%s; a picture", "pictures": [{"base64": "%s"}]}
                """
                    .formatted(id, id, picture);
        producer.send(session.createTextMessage(json));
      }
      session.commit();
    }
  }

  static String id(int i) {
    return "job-%05d".formatted(i);
  }

  static boolean isTask(String id) {
    return Integer.parseInt(id.substring(4)) % 2 == 1;
  }

  /** Jobs that may be unknown, since their POST was under way when something died. */
  Set<String> underWay() {
    return underWay;
  }

  /** The jobs of one home whose POST may be at the service. */
  private Set<String> sent(Path home) throws SQLException {
    Set<String> sent = new HashSet<>();
    try (var database = DriverManager.getConnection(ledger);
        var statement =
            database.prepareStatement(
                "SELECT label FROM job JOIN owner ON owner.id = job.owner WHERE state = 2"
                    + " AND instance LIKE ?")) {
      statement.setString(1, "%" + home.getFileName() + "/%");
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          sent.add(rows.getString(1));
        }
      }
    }
    return sent;
  }

  /** Takes messages from a queue until none comes for a while; by job, with the hash of each. */
  void take(String queue, Duration patience, Map<String, List<String>> into) throws Exception {
    try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      for (Message message = consumer.receive(patience.toMillis());
          message != null;
          message = consumer.receive(patience.toMillis())) {
        note(message, into);
      }
    }
  }

  /** Takes what comes within that time, however much it is. */
  void takeFor(String queue, Duration time, Map<String, List<String>> into) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    try (Session session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
        MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
      for (long left; (left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())) > 0; ) {
        Message message = consumer.receive(left);
        if (message != null) {
          note(message, into);
        }
      }
    }
  }

  private static void note(Message message, Map<String, List<String>> into) throws JMSException {
    String what = message.getStringProperty("volccvOutcome");
    if (message instanceof BytesMessage bytes) {
      byte[] picture = new byte[(int) bytes.getBodyLength()];
      bytes.readBytes(picture);
      what = Hash.of(picture);
    }
    into.computeIfAbsent(message.getStringProperty("volccvJobKey"), id -> new ArrayList<>())
        .add(what);
  }

  String log() throws IOException {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < apps.size(); i++) {
      List<String> lines = Files.readAllLines(home(i).resolve("log"));
      log.append(String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size())));
    }
    return log.toString();
  }

  private static String picture() throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(256, 256, BufferedImage.TYPE_INT_RGB), "png", png);
    return Base64.getEncoder().encodeToString(png.toByteArray());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.getParent());
        if (!Files.isDirectory(file)) {
          Files.copy(file, target);
        }
      }
    }
  }

  @Override
  public void close() throws Exception {
    for (Child app : apps) {
      app.kill();
    }
    connection.close();
    network.close();
    broker.kill();
  }
}
