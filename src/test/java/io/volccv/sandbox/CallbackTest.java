package io.volccv.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is POSTed to a {@code callback_url}. */
final class CallbackTest {
  private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private final TaskCalls tasks = new TaskCalls(sandbox);
  private final Queue<JsonNode> calls = new ConcurrentLinkedQueue<>();
  private HttpServer server;
  private int status = 200;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          calls.add(TestCalls.JSON.readTree(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    sandbox.close();
  }

  @Test
  void theEndOfATaskIsToldOnce() {
    status = 500;
    String id = submit(body().put("return_url", true));

    await().until(() -> !calls.isEmpty());
    tasks.ended(id);

    assertThat(calls).hasSize(1);
    JsonNode call = calls.element();
    assertThat(call.path("code").intValue()).isEqualTo(10000);
    assertThat(call.path("status").intValue()).isEqualTo(10000);
    assertThat(call.path("task_id").textValue()).isEqualTo(id);
    assertThat(call.path("message").asText()).isEqualTo("Success");
    assertThat(call.path("request_id").asText()).isNotEmpty();
    assertThat(call.at("/data/status").asText()).isEqualTo("done");
    assertThat(call.at("/data/binary_data_base64").isNull()).isTrue();
    assertThat(new TestCalls(sandbox).get(call.at("/data/image_urls/0").asText()).body())
        .startsWith(0xff, 0xd8);
  }

  @Test
  void withoutUrlsItHoldsThePictures() {
    String id = submit(body());

    await().until(() -> !calls.isEmpty());

    assertThat(calls.element().at("/data/binary_data_base64"))
        .isEqualTo(tasks.ended(id).json().at("/data/binary_data_base64"))
        .hasSize(1);
  }

  @Test
  void aFailureIsToldWithoutPictures() {
    sandbox.faults(List.of(Fault.task(50411)));
    String id = submit(body());

    await().until(() -> !calls.isEmpty());

    JsonNode call = calls.element();
    assertThat(call.path("code").intValue()).isEqualTo(50411);
    assertThat(call.path("task_id").textValue()).isEqualTo(id);
    assertThat(call.path("data")).hasToString("{\"resp_data\":\"\"}");
  }

  @Test
  void aHostThatIsNotThisMachineIsNotCalled() {
    String id = submit(body().put("callback_url", "http://192.0.2.1/"));

    assertThat(tasks.ended(id).code()).isEqualTo(10000);
    assertThat(calls).isEmpty();
  }

  private String submit(ObjectNode body) {
    return TaskCalls.id(tasks.submit(body.toString()));
  }

  private ObjectNode body() {
    return TestCalls.JSON
        .createObjectNode()
        .put("req_key", TaskCalls.MODEL)
        .put("prompt", "a")
        .put("width", 16)
        .put("height", 16)
        .put("callback_url", "http://127.0.0.1:" + server.getAddress().getPort() + "/end?x=1");
  }
}
