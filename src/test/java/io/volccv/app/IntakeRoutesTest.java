package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.DocPage;
import io.volccv.FreePorts;
import io.volccv.files.Hashes;
import io.volccv.model.Job.Outcome;
import io.volccv.service.HttpDoor;
import io.volccv.testing.SandboxExtension;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Tables, HTTP and the clock by the files as shipped and the lines that the docs show. */
final class IntakeRoutesTest {
  private static final DocPage CSV = new DocPage("docs/csv.md");
  private static final DocPage HTTP = new DocPage("docs/http.md");
  private static final Path CHELSEA = Path.of("samples/chelsea.png");

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;
  private RemoteHome home;

  @BeforeEach
  void unpack() throws Exception {
    home = new RemoteHome(temp.resolve("home"), sandbox);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void theRowsOfATableBecomePicturesInTheFolder() throws Exception {
    home.config(CSV.properties("volccv.sources=csv"));
    picture("tom.jpg");
    picture("mia.jpg");
    String table = CSV.block("csv", "name,fields.style") + "cats/bad,,ten,\"nobody.jpg\",\n";
    table("orders.csv", table);
    home.start();

    await().atMost(60, TimeUnit.SECONDS).until(() -> done("orders.csv").toFile().exists());
    await().atMost(60, TimeUnit.SECONDS).until(() -> home.ended.size() == 3);

    assertThat(home.folder.resolve("data/outbox/cats/tiger.jpg")).isNotEmptyFile();
    assertThat(Files.readString(home.folder.resolve("data/outbox/cats/mia.jpg.json")))
        .contains("watercolour,\\nsoft light", "\"jobKey\" : \"csv-");
    await().until(() -> done("orders.csv.errors.csv").toFile().exists());
    assertThat(Files.readString(done("orders.csv.errors.csv")))
        .startsWith("\uFEFFerror.row,error.reason,name,")
        .contains("\n4,", "has 5 cells, the header 4");
    await().until(() -> filesIn("data/csv").isEmpty());
    assertThat(home.ended).filteredOn(e -> e.outcome() == Outcome.INVALID).hasSize(1);
  }

  @Test
  void aTableThatCannotBeReadIsPutAwayWithItsReason() throws Exception {
    home.config("volccv.sources=csv");
    table("orders.csv", "name;prompt\ncats/tom;a cat\n");
    home.start();
    Path invalid = home.folder.resolve("data/invalid/orders.csv");
    await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(invalid));

    assertThat(Files.readString(invalid.resolveSibling("orders.csv.error.json")))
        .contains("write csv.separator=;");
    assertThat(sandbox.sandbox().bill().posts()).isZero();
  }

  @Test
  void onceTakesTheTablesMakesThePicturesAndEnds() throws Exception {
    table("orders.csv", "prompt,pictures.file\na cat,tom.jpg\na dog,tom.jpg\n");
    table("more.jsonl", "{\"prompt\": \"a bird\", \"pictures\": [{\"file\": \"tom.jpg\"}]}\n");
    picture("tom.jpg");
    home.config("volccv.sources=csv");
    TestTerminal terminal = new TestTerminal();
    List<String> command = new java.util.ArrayList<>(List.of("run", "--once", "--json"));
    command.addAll(List.of("--home", home.folder.toString()));
    home.lines.forEach(line -> command.add("-D" + line));

    int code =
        new Cli(terminal.terminal(), new Termination()).execute(command.toArray(String[]::new));

    assertThat(code).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("\"done\":3");
    assertThat(filesIn("data/done")).containsExactlyInAnyOrder("orders.csv", "more.jsonl");
  }

  @Test
  void aRequestIsAnsweredWithThePictureAndItStaysThereOverARestart() throws Exception {
    home.config(HTTP.properties("volccv.sources=http"));
    home.config("http.port=" + FreePorts.next());
    home.start();
    HttpResponse<byte[]> answer =
        send(
            HttpRequest.newBuilder(door("/jobs?wait=60&fields.style=oil&name=cats/tom"))
                .header("Content-Type", "image/png")
                .header("Idempotency-Key", "order-1")
                .POST(BodyPublishers.ofFile(CHELSEA)));

    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).contains("image/jpeg");
    home.close();
    home.start();
    JsonNode state =
        new ObjectMapper().readTree(send(HttpRequest.newBuilder(door("/jobs/order-1"))).body());
    assertThat(state.path("state").asText()).isEqualTo("done");
    assertThat(state.at("/pictures/0/provenance/outputSha256").asText())
        .isEqualTo(Hashes.sha256(answer.body()));
    assertThat(state.at("/pictures/0/provenance/prompt").asText()).contains("oil");
    assertThat(send(HttpRequest.newBuilder(door("/jobs/order-1/pictures/1"))).body())
        .isEqualTo(answer.body());
    assertThat(filesIn("data/outbox")).isEmpty();
  }

  @Test
  void aJobThatTheServiceRefusesTellsTheClientWhy() throws Exception {
    home.config("volccv.sources=http", "volccv.sinks=http", "http.port=0");
    home.start();
    HttpResponse<byte[]> answer =
        send(
            HttpRequest.newBuilder(door("/jobs?wait=60"))
                .header("Content-Type", "application/json")
                .POST(
                    BodyPublishers.ofString(
                        "{\"prompt\": \"a cat\", \"params\": {\"scale\": \"much\"},"
                            + " \"pictures\": [{\"file\": \"none.png\"}]}")));

    assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(422);
    assertThat(new String(answer.body(), UTF_8)).contains("\"state\":\"invalid\"", "none.png");
  }

  @Test
  void aPortThatIsTakenIsOneLine() throws Exception {
    home.config("volccv.sources=http", "http.port=" + sandbox.sandbox().uri().getPort());

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> home.start())
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("config: http.port: 127.0.0.1:")
        .hasMessageNotContaining("\n");
  }

  @Test
  void whatTheClockStartsIsPaidOnce() throws Exception {
    ZonedDateTime due = ZonedDateTime.now(ZoneId.of("Asia/Shanghai")).minusMinutes(2);
    home.config(CSV.properties("volccv.sources=timer"));
    String schedule = CSV.block("yaml", "morning:");
    Files.writeString(
        home.folder.resolve("config/schedule.yaml"),
        schedule.replaceFirst(
            "\".*\"",
            "\"%d %d %d %d *\""
                .formatted(
                    due.getMinute(), due.getHour(), due.getDayOfMonth(), due.getMonthValue())));
    home.config("volccv.reqKey=high_aes_general_v21_L", "volccv.params=");
    home.start();
    await().atMost(60, TimeUnit.SECONDS).until(() -> home.ended.size() == 2);
    home.close();
    home.start();
    await().atMost(60, TimeUnit.SECONDS).until(() -> home.ended.size() == 4);

    assertThat(home.ended).extracting(RemoteHome.Ended::outcome).containsOnly(Outcome.DONE);
    assertThat(sandbox.sandbox().bill().images()).isEqualTo(2);
    assertThat(filesIn("data/outbox/daily/sunrise")).hasSize(4);
  }

  private URI door(String path) {
    HttpDoor door = home.app().context().getRegistry().findSingleByType(HttpDoor.class);
    return URI.create(door.uri() + path);
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofByteArray());
  }

  private void picture(String name) throws Exception {
    Path folder = Files.createDirectories(home.folder.resolve("data/pictures"));
    Files.copy(CHELSEA, folder.resolve(name));
  }

  private void table(String name, String text) throws Exception {
    Path folder = Files.createDirectories(home.folder.resolve("data/csv"));
    Files.writeString(folder.resolve(name), text);
  }

  private Path done(String name) {
    return home.folder.resolve("data/done").resolve(name);
  }

  private List<String> filesIn(String folder) {
    String[] names = home.folder.resolve(folder).toFile().list();
    return names == null ? List.of() : List.of(names);
  }
}
