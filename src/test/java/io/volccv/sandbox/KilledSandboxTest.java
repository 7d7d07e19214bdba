package io.volccv.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as its command starts it, killed in the middle of calls, and started again. */
@Tag("slow")
final class KilledSandboxTest {
  private static final int CLIENTS = 4;
  private static final int ANSWERS_PER_LIFE = 60;
  private static final int TASKS_PER_LIFE = 8;
  private static final String BODY =
      "{\"req_key\":\"k\",\"prompt\":\"a\",\"seed\":7,\"width\":16,\"height\":16,\"return_url\":true}";

  @TempDir Path folder;

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Process> processes = new ArrayList<>();
  private final Queue<JsonNode> answers = new ConcurrentLinkedQueue<>();

  @AfterEach
  void killAll() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  void everyCallThatWasAnsweredIsOnTheBillAfterKillsAndTornLines() throws Exception {
    for (int life = 1; life <= 2; life++) {
      killInTheMiddleOfCalls(ANSWERS_PER_LIFE * life);
      Files.write(state(), TestCalls.utf8("{\"n\":99,\"time\":\"20"), StandardOpenOption.APPEND);
    }

    Child last = new Child();
    JsonNode bill = get(last.url + "/_sandbox/bill").json();
    List<String> billed = new ArrayList<>();
    bill.path("calls").forEach(call -> billed.add(call.path("requestId").asText()));
    List<String> answered = answers.stream().map(a -> a.path("request_id").asText()).toList();
    assertThat(answered).hasSizeGreaterThanOrEqualTo(2 * ANSWERS_PER_LIFE);
    assertThat(billed).doesNotHaveDuplicates().containsAll(answered);
    assertThat(bill.path("images").intValue()).isEqualTo(billed.size());
    assertThat(get(last.here(answers.element())).body()).startsWith(0xff, 0xd8);
  }

  @Test
  void everyTaskThatWasSubmittedIsChargedOnceAfterKills() throws Exception {
    Set<String> ids = new HashSet<>();
    for (int life = 1; life <= 3; life++) {
      Child child = new Child("--latency", "0.3s..1.5s");
      for (int i = 0; i < TASKS_PER_LIFE; i++) {
        ids.add(post(child, "CVSync2AsyncSubmitTask", BODY).at("/data/task_id").textValue());
      }
      child.process.destroyForcibly();
      child.process.waitFor();
      Files.write(state(), TestCalls.utf8("{\"n\":99,\"time\":\"20"), StandardOpenOption.APPEND);
    }

    Child last = new Child("--task-ttl", "1h");
    put(last, "/_sandbox/limits", "{\"queryRate\":null}");

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> bill(last).path("images").intValue() == ids.size());
    List<String> billed = new ArrayList<>();
    bill(last).path("calls").forEach(call -> billed.add(call.path("taskId").asText()));
    assertThat(ids).hasSize(3 * TASKS_PER_LIFE).doesNotContainNull();
    assertThat(billed).containsExactlyInAnyOrderElementsOf(ids);
    for (String id : ids) {
      JsonNode result =
          post(last, "CVSync2AsyncGetResult", "{\"req_key\":\"k\",\"task_id\":\"" + id + "\"}");
      assertThat(result.at("/data/status").asText()).as("%s", result).isEqualTo("done");
      assertThat(result.at("/data/binary_data_base64")).hasSize(1);
    }
    assertThat(bill(last).path("images").intValue()).isEqualTo(ids.size());
  }

  private void put(Child child, String path, String body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(child.url + path))
            .PUT(HttpRequest.BodyPublishers.ofString(body))
            .build();
    assertThat(http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(200);
  }

  private JsonNode bill(Child child) throws IOException, InterruptedException {
    return get(child.url + "/_sandbox/bill").json();
  }

  private JsonNode post(Child child, String action, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(child.url + "/volcv/v1?Action=" + action + "&Version=2022-08-31"))
            .header("Authorization", "Bearer sandbox-key")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return TestCalls.JSON.readTree(
        http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
  }

  private void killInTheMiddleOfCalls(int answersUntilThen) throws Exception {
    Child child = new Child();
    List<CompletableFuture<Void>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(CompletableFuture.runAsync(() -> callUntilItIsGone(child.url)));
    }
    await().atMost(Duration.ofSeconds(60)).until(() -> answers.size() >= answersUntilThen);
    child.process.destroyForcibly();
    assertThat(child.process.waitFor()).as("ended by a signal").isEqualTo(128 + 9);
    clients.forEach(CompletableFuture::join);
  }

  private void callUntilItIsGone(String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/volcv/v1" + TestCalls.QUERY))
            .header("Authorization", "Bearer sandbox-key")
            .POST(HttpRequest.BodyPublishers.ofString(BODY))
            .build();
    try {
      while (true) {
        answers.add(
            TestCalls.JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofByteArray()).body()));
      }
    } catch (IOException e) {
      // The sandbox is gone, which is what is waited for.
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private TestCalls.Answer get(String url) throws IOException, InterruptedException {
    HttpResponse<byte[]> reply =
        http.send(
            HttpRequest.newBuilder(URI.create(url)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return new TestCalls.Answer(reply.statusCode(), reply.body(), reply);
  }

  private Path state() {
    return folder.resolve("state.jsonl");
  }

  /** A process that runs the command {@code sandbox}. */
  private final class Child {
    private static final String GREETING = "sandbox listening on ";

    private final Process process;
    private final String url;

    Child(String... options) throws IOException {
      Path errors = folder.resolve("errors.txt");
      List<String> command =
          new ArrayList<>(
              List.of(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Djava.awt.headless=true",
                  "-cp",
                  System.getProperty("java.class.path"),
                  "io.volccv.app.VolcCvApp",
                  "sandbox",
                  "--home",
                  folder.toString(),
                  "--port",
                  "0",
                  "--state",
                  state().toString()));
      command.addAll(List.of(options));
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
      processes.add(process);
      BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
      String greeting = out.readLine();
      assertThat(greeting).as(Files.readString(errors)).startsWith(GREETING);
      url = greeting.substring(GREETING.length());
    }

    /** The first picture of an answer from before, at the port of now. */
    String here(JsonNode answer) {
      return answer.at("/data/image_urls/0").asText().replaceFirst("http://[^/]+", url);
    }
  }
}
