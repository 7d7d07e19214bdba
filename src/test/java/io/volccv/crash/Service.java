package io.volccv.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The service, its bill and its faults. It can be killed and comes back where it was. */
final class Service implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** One POST that was charged, or might have been. */
  record Post(String action, int images, String fault) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final String latency;
  private final Duration life;
  private Child process;
  private URI uri;
  private ArrayNode faults = JSON.createArrayNode();

  Service(Path folder, String latency) throws IOException, InterruptedException {
    this(folder, latency, Duration.ofHours(12));
  }

  /**
   * @param life of tasks and of the URLs of results
   */
  Service(Path folder, String latency, Duration life) throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    this.latency = latency;
    this.life = life;
    start(0);
  }

  private void start(int port) throws IOException, InterruptedException {
    process =
        Child.start(
            SandboxMain.class,
            folder.resolve("log"),
            List.of(String.valueOf(port), folder.toString(), latency, life.toString()));
    String greeting = process.greeting();
    if (greeting.isEmpty()) {
      throw new IllegalStateException("the sandbox did not start: " + process.log());
    }
    uri = URI.create(greeting);
    send("limits", "{\"queryRate\":null}");
    setFaults();
  }

  URI uri() {
    return uri;
  }

  /** Kills it and starts it again at once; faults happen anew. */
  void restart() throws IOException, InterruptedException {
    process.kill();
    start(uri.getPort());
  }

  /** A fault for the POSTs of one job, once; {@code action} may be null. */
  void fault(String id, String action, String what, JsonNode value) {
    ObjectNode fault = faults.addObject();
    fault.putObject("match").put("prompt", id + ";").put("action", action);
    fault.put("do", what).put("times", 1);
    if (value != null) {
      fault.set("value", value);
    }
  }

  void fault(String id, String what, String value) {
    fault(id, null, what, value == null ? null : JSON.getNodeFactory().textNode(value));
  }

  void taskFault(String id, int code) {
    fault(id, null, "code", JSON.createObjectNode().put("task", code));
  }

  void clearFaults() {
    faults = JSON.createArrayNode();
  }

  /** From here on; each happens once from here. */
  void setFaults() throws IOException, InterruptedException {
    send("faults", faults.toString());
  }

  private void send(String what, String json) throws IOException, InterruptedException {
    var reply =
        http.send(
            HttpRequest.newBuilder(URI.create(uri + "/_sandbox/" + what))
                .PUT(BodyPublishers.ofString(json))
                .build(),
            BodyHandlers.ofString());
    if (reply.statusCode() != 200) {
      throw new IllegalStateException(reply.body());
    }
  }

  /** All POSTs that may begin something, by job. */
  Map<String, List<Post>> bill() throws IOException, InterruptedException {
    JsonNode bill =
        JSON.readTree(
            http.send(
                    HttpRequest.newBuilder(URI.create(uri + "/_sandbox/bill")).build(),
                    BodyHandlers.ofByteArray())
                .body());
    Map<String, List<Post>> posts = new HashMap<>();
    for (JsonNode call : bill.path("calls")) {
      String prompt = call.path("prompt").asText("");
      if (!prompt.isEmpty() && !call.path("action").asText().contains("GetResult")) {
        posts
            .computeIfAbsent(Mode.id(prompt), id -> new ArrayList<>())
            .add(
                new Post(
                    call.path("action").asText(),
                    call.path("images").asInt(),
                    call.path("fault").asText("")));
      }
    }
    return posts;
  }

  /** The hashes of all pictures that were ever made, by job. */
  Map<String, Set<String>> made() throws IOException {
    Map<String, Set<String>> made = new HashMap<>();
    Path file = folder.resolve("made");
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ");
        made.computeIfAbsent(words[0], id -> new HashSet<>()).add(words[1]);
      }
    }
    return made;
  }

  @Override
  public void close() throws InterruptedException {
    process.kill();
  }
}
