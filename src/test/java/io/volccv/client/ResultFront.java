package io.volccv.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.volccv.sandbox.Sandbox;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/**
 * Stands before a sandbox: passes its calls on, gives its result URLs as its own, and answers those
 * as a test wants.
 */
final class ResultFront implements AutoCloseable {

  private final Sandbox sandbox;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile IntUnaryOperator status = n -> 200;

  ResultFront(Sandbox sandbox) throws IOException {
    this.sandbox = sandbox;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  URI gateway() {
    return URI.create(own() + sandbox.gateway().getPath());
  }

  private String own() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** How results are answered from now on, by the number of the fetch, from 1. */
  void results(IntUnaryOperator newStatus) {
    fetches.set(0);
    status = newStatus;
  }

  /** How often a result was fetched since the last {@link #results}. */
  int fetches() {
    return fetches.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean fetch = exchange.getRequestMethod().equals("GET");
      int refused = fetch ? status.applyAsInt(fetches.incrementAndGet()) : 200;
      if (refused != 200) {
        exchange.sendResponseHeaders(refused, -1);
        return;
      }
      HttpResponse<byte[]> passed = client.send(passedOn(exchange), BodyHandlers.ofByteArray());
      byte[] body =
          fetch
              ? passed.body()
              : new String(passed.body(), UTF_8)
                  .replace(sandbox.uri().toString(), own())
                  .getBytes(UTF_8);
      exchange.sendResponseHeaders(passed.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest passedOn(HttpExchange exchange) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(sandbox.uri() + exchange.getRequestURI().toString()));
    if (exchange.getRequestMethod().equals("GET")) {
      return request.build();
    }
    return request
        .header("Authorization", exchange.getRequestHeaders().getFirst("Authorization"))
        .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
        .POST(BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()))
        .build();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
