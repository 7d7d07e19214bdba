package io.volccv.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.ToIntFunction;

/** A web service that is told of results; answers what the test says, 204 when it says nothing. */
final class WebhookTestServer implements AutoCloseable {

  /** One request as it came. */
  record Request(String method, String path, Map<String, String> headers, byte[] body) {
    String header(String name) {
      return headers.get(name.toLowerCase(java.util.Locale.ROOT));
    }
  }

  final List<Request> requests = new CopyOnWriteArrayList<>();
  volatile ToIntFunction<Request> answer = request -> 204;
  private final ExecutorService threads = Executors.newFixedThreadPool(4);
  private final HttpServer server;

  WebhookTestServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) ->
                headers.put(name.toLowerCase(java.util.Locale.ROOT), String.join(",", values)));
    Request request =
        new Request(
            exchange.getRequestMethod(),
            exchange.getRequestURI().getPath(),
            headers,
            exchange.getRequestBody().readAllBytes());
    requests.add(request);
    int status = answer.applyAsInt(request);
    if (status / 100 == 3) {
      exchange.getResponseHeaders().add("Location", "/elsewhere");
    }
    if (status == 429) {
      exchange.getResponseHeaders().add("Retry-After", "3600");
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /** The pictures of all requests, by their provenance. */
  Map<JsonNode, byte[]> pictures() throws IOException {
    Map<JsonNode, byte[]> pictures = new LinkedHashMap<>();
    for (Request request : requests) {
      List<byte[]> parts = parts(request);
      for (int i = 0; i + 1 < parts.size(); i += 2) {
        pictures.put(new ObjectMapper().readTree(parts.get(i)), parts.get(i + 1));
      }
    }
    return pictures;
  }

  /** The contents of a multipart body; read as Latin-1, so that a character is a byte. */
  static List<byte[]> parts(Request request) {
    String boundary = request.header("content-type").replaceFirst(".*boundary=", "");
    String body = new String(request.body(), StandardCharsets.ISO_8859_1);
    List<byte[]> parts = new ArrayList<>();
    String[] pieces = body.split("--" + java.util.regex.Pattern.quote(boundary), -1);
    for (int i = 1; i < pieces.length - 1; i++) {
      String piece = pieces[i];
      int head = piece.indexOf("\r\n\r\n") + 4;
      parts.add(piece.substring(head, piece.length() - 2).getBytes(StandardCharsets.ISO_8859_1));
    }
    return parts;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
