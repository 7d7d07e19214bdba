package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;

/** A client of the HTTP door, which is closed while the app is dead. */
final class DoorClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;

  DoorClient(int port) {
    this.port = port;
  }

  /** The line that opens it there. */
  String config() {
    return "http.port=" + port;
  }

  boolean isOpen() throws InterruptedException {
    return get("/openapi.json").isPresent();
  }

  /**
   * Asks for a picture.
   *
   * @param query the fields of the job, and how long to wait
   * @return nothing when the door is closed, or closes before it has answered
   */
  Optional<HttpResponse<byte[]>> ask(String key, String query, byte[] photo)
      throws InterruptedException {
    return send(
        HttpRequest.newBuilder(uri("/jobs?" + query))
            .header("Idempotency-Key", key)
            .header("Content-Type", "image/png")
            .POST(BodyPublishers.ofByteArray(photo)));
  }

  /** How a job stands; nothing when nobody is there to say it. */
  Optional<JsonNode> job(String key) throws InterruptedException, IOException {
    Optional<byte[]> state = get("/jobs/" + key);
    return state.isPresent() ? Optional.of(JSON.readTree(state.get())) : Optional.empty();
  }

  /** What is there, when the answer is 200. */
  Optional<byte[]> get(String path) throws InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)))
        .filter(answer -> answer.statusCode() == 200)
        .map(HttpResponse::body);
  }

  private Optional<HttpResponse<byte[]>> send(HttpRequest.Builder request)
      throws InterruptedException {
    try {
      return Optional.of(client.send(request.build(), BodyHandlers.ofByteArray()));
    } catch (IOException e) {
      return Optional.empty(); // closed, or cut off
    }
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
