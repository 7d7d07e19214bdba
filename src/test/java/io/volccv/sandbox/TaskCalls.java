package io.volccv.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.sandbox.TestCalls.Answer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Calls about tasks of one pair. */
final class TaskCalls {
  static final String MODEL = "high_aes_general_v30l_zt2i";

  private final TestCalls calls;
  private final TaskPair pair;

  TaskCalls(Sandbox sandbox) {
    this(sandbox, TaskPair.SYNC2ASYNC);
  }

  TaskCalls(Sandbox sandbox, TaskPair pair) {
    this.calls = new TestCalls(sandbox);
    this.pair = pair;
  }

  Answer submit(String body) {
    return calls.post(pair.submit(), "2022-08-31", body);
  }

  CompletableFuture<Answer> submitAsync(String body) {
    return calls.postAsync(pair.submit(), "2022-08-31", body);
  }

  /** Submits a small picture from text. */
  String submitted(String prompt) {
    return id(submit(TestCalls.textCall(prompt)));
  }

  static String id(Answer answer) {
    assertThat(answer.code()).as("%s", answer.json()).isEqualTo(10000);
    return answer.json().at("/data/task_id").textValue();
  }

  Answer result(String id) {
    return ask("{\"req_key\":\"" + MODEL + "\",\"task_id\":\"" + id + "\"}");
  }

  /** With this {@code req_json}. */
  Answer result(String id, String reqJson) {
    return ask(
        TestCalls.JSON
            .createObjectNode()
            .put("req_key", MODEL)
            .put("task_id", id)
            .put("req_json", reqJson)
            .toString());
  }

  Answer ask(String body) {
    return calls.post(pair.result(), "2022-08-31", body);
  }

  Answer cancel(String id) {
    return calls.post(
        "CVCancelTask", "2024-06-06", "{\"req_key\":\"" + MODEL + "\",\"task_id\":\"" + id + "\"}");
  }

  String status(String id) {
    return result(id).json().at("/data/status").asText();
  }

  /** The answer of the first query that finds the task at its end. */
  Answer ended(String id) {
    return await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> result(id),
            answer ->
                answer.code() != 10000 || answer.json().at("/data/status").asText().equals("done"));
  }
}
