package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.SandboxOptions.Latency;
import io.volccv.sandbox.TestCalls.Answer;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of a task, from its submit to its result. */
final class TasksTest {
  private Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private TaskCalls tasks = new TaskCalls(sandbox);

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private void restart(SandboxOptions options) {
    sandbox.close();
    sandbox = Sandbox.start(options.withPort(0));
    tasks = new TaskCalls(sandbox);
  }

  @ParameterizedTest
  @EnumSource
  void aTaskIsSubmittedAskedForAndCharged(TaskPair pair) {
    TaskCalls own = new TaskCalls(sandbox, pair);
    Answer submit = own.submit(textCall("a dog"));
    JsonNode id = submit.json().at("/data/task_id");

    Answer result = own.ended(id.textValue());

    assertThat(submit.status()).isEqualTo(200);
    assertThat(submit.json().path("data")).hasSize(1);
    assertThat(id.textValue()).matches("\\d{19,20}");
    assertThat(result.status()).isEqualTo(200);
    assertThat(result.json().at("/data/status").textValue()).isEqualTo("done");
    assertThat(result.json().at("/data/image_urls").isNull()).isTrue();
    assertThat(result.json().at("/data/infer_ctx/params/seed").intValue()).isEqualTo(7);
    assertThat(result.picture(0)).startsWith(0xff, 0xd8);
    Bill.Call line = sandbox.bill().calls().get(0);
    assertThat(line.action()).isEqualTo(pair.submit());
    assertThat(line.taskId()).isEqualTo(id.textValue());
    assertThat(line.prompt()).isEqualTo("a dog");
    assertThat(line.requestId()).isEqualTo(submit.json().path("request_id").asText());
    assertThat(line.billed()).isTrue();
    assertThat(line.images()).isEqualTo(1);
    assertThat(line.cny()).isEqualByComparingTo("0.20");
  }

  @Test
  void aTaskDrawsWhatCvProcessDraws() {
    Answer process = new TestCalls(sandbox).post(textCall("a lake"));

    Answer result = tasks.ended(tasks.submitted("a lake"));

    assertThat(result.picture(0)).isEqualTo(process.picture(0));
  }

  @Test
  void askingAgainGivesTheSameAndCostsNothing() {
    String id = tasks.submitted("a");
    Answer first = tasks.ended(id);
    Answer url = tasks.result(id, "{\"return_url\":true}");

    Answer again = tasks.result(id);
    Answer urlAgain = tasks.result(id, "{\"return_url\":true}");

    assertThat(again.json().path("data")).isEqualTo(first.json().path("data"));
    assertThat(urlAgain.json().path("data")).isEqualTo(url.json().path("data"));
    assertThat(url.json().at("/data/binary_data_base64").isNull()).isTrue();
    assertThat(new TestCalls(sandbox).get(url.json().at("/data/image_urls/0").asText()).body())
        .isEqualTo(first.picture(0));
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(sandbox.bill().billed()).hasSize(1);
    assertThat(sandbox.bill().calls())
        .filteredOn(call -> call.action().equals("CVSync2AsyncGetResult"))
        .hasSizeGreaterThan(3)
        .allMatch(call -> id.equals(call.taskId()) && call.prompt() == null);
  }

  @Test
  void aLabelIsDrawnAsTheQueryWantsIt() {
    String id = TaskCalls.id(tasks.submit(textCall("a").replace("16", "64")));
    byte[] plain = tasks.ended(id).picture(0);

    Answer marked = tasks.result(id, "{\"logo_info\":{\"add_logo\":true,\"language\":1}}");

    assertThat(marked.picture(0)).startsWith(0xff, 0xd8).isNotEqualTo(plain);
    assertThat(tasks.result(id).picture(0)).isEqualTo(plain);
  }

  @Test
  void aSubmitIsQuickAndItsTaskGoesThroughAllStates() {
    restart(SandboxOptions.defaults().withLatency(Latency.parse("2s")));
    long start = System.nanoTime();
    String id = tasks.submitted("a");
    Duration submit = Duration.ofNanos(System.nanoTime() - start);
    Set<String> seen = new LinkedHashSet<>();

    await()
        .pollInterval(Duration.ofMillis(80))
        .until(() -> seen.add(tasks.status(id)) && seen.contains("done"));

    assertThat(submit).isBetween(Duration.ofMillis(22), Duration.ofMillis(1000));
    assertThat(seen).containsExactly("in_queue", "generating", "done");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1900));
  }

  @Test
  void aTaskIsOnTheBillFromItsSubmitAndChargedAtItsEnd() {
    restart(SandboxOptions.defaults().withLatency(Latency.parse("600ms")));
    String id =
        TaskCalls.id(
            tasks.submit(
                "{\"req_key\":\"jimeng_t2i_v40\",\"prompt\":\"3 pictures\",\"width\":8,\"height\":8}"));

    Bill before = sandbox.bill();
    await().until(() -> sandbox.bill().images() == 3);

    assertThat(before.calls()).hasSize(1);
    assertThat(before.calls().get(0).billed()).isFalse();
    assertThat(before.calls().get(0).taskId()).isEqualTo(id);
    assertThat(before.cny()).isEqualTo(new BigDecimal("0.00"));
    assertThat(sandbox.bill().cny()).isEqualTo(new BigDecimal("0.66"));
    assertThat(sandbox.bill().calls()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "50215,`{\"req_key\":\"KEY\",\"task_id\":\"7123456789012345678\"}`",
        "50215,`{\"req_key\":\"KEY\",\"task_id\":\"no such task\"}`",
        "50215,`{\"req_key\":\"jimeng_t2i_v40\",\"task_id\":\"ID\"}`",
        "50201,`{\"req_key\":\"KEY\"}`",
        "50201,`{\"task_id\":\"ID\"}`",
        "50204,`{\"req_key\":\"KEY\",\"task_id\":7123456789012345678}`",
        "50204,`{\"req_key\":\"KEY\",\"task_id\":\"ID\",\"req_json\":{\"return_url\":true}}`",
        "50204,`{\"req_key\":\"KEY\",\"task_id\":\"ID\",\"req_json\":\"{return_url\"}`",
        "50204,`{\"req_key\":\"KEY\",\"task_id\":\"ID\",\"req_json\":\"[]\"}`",
        "50204,`{\"req_key\":\"KEY\",\"task_id\":\"ID\",\"req_json\":\"{\\\"logo_info\\\":\\\"{}\\\"}\"}`"
      })
  void aWrongQueryIsRefused(int code, String body) {
    String id = tasks.submitted("a");
    tasks.ended(id);

    Answer answer = tasks.ask(body.replace("KEY", TaskCalls.MODEL).replace("ID", id));

    assertThat(answer.code()).isEqualTo(code);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("data").isNull()).isTrue();
  }

  @Test
  void theOtherPairDoesNotKnowTheTask() {
    String id = tasks.submitted("a");
    String natively = new TaskCalls(sandbox, TaskPair.NATIVE).submitted("a");

    assertThat(new TaskCalls(sandbox, TaskPair.NATIVE).result(id).code()).isEqualTo(50215);
    assertThat(tasks.result(natively).code()).isEqualTo(50215);
  }

  @Test
  void whatIsAnObjectForCvProcessIsJsonInAStringForASubmit() {
    ObjectNode object = body("a");
    object.putObject("logo_info").put("add_logo", true);
    ObjectNode string = body("a");
    string.put("logo_info", "{\"add_logo\":true}").put("aigc_meta", "{\"producer_id\":\"1\"}");
    ObjectNode broken = body("a").put("aigc_meta", "producer");

    assertThat(tasks.submit(object.toString()).code()).isEqualTo(50204);
    assertThat(tasks.submit(string.toString()).code()).isEqualTo(10000);
    assertThat(tasks.submit(broken.toString()).code()).isEqualTo(50204);
    assertThat(new TestCalls(sandbox).post(object.toString()).code()).isEqualTo(10000);
    assertThat(new TestCalls(sandbox).post(string.toString()).code()).isEqualTo(50204);
  }

  @Test
  void aSubmitIsCheckedAsACvProcessIs() {
    assertThat(tasks.submit("{\"prompt\":\"a\"}").code()).isEqualTo(50201);
    assertThat(tasks.submit(body("a").put("width", "wide").toString()).code()).isEqualTo(50204);
    assertThat(tasks.submit("{\"req_key\":\"byteedit_v2.0\",\"prompt\":\"a\"}").code())
        .isEqualTo(50206);
    assertThat(tasks.submit(body("a").put("callback_url", "here").toString()).code())
        .isEqualTo(50200);
    assertThat(sandbox.bill().calls()).noneMatch(call -> call.taskId() != null);
  }

  @Test
  void aPictureThatCannotBeDecodedFailsTheTask() {
    String model = "byteedit_v2.0";
    String body =
        "{\"req_key\":\"" + model + "\",\"prompt\":\"a\",\"binary_data_base64\":[\"AAAA\"]}";
    String id = TaskCalls.id(tasks.submit(body));
    String query = "{\"req_key\":\"" + model + "\",\"task_id\":\"" + id + "\"}";

    Answer answer = await().until(() -> tasks.ask(query), a -> a.code() != 10000);

    assertThat(answer.code()).isEqualTo(50207);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(sandbox.bill().images()).isZero();
    assertThat(sandbox.bill().calls().get(0).code()).isEqualTo("50207");
  }

  @Test
  void aTaskExpiresAndIsThenForgotten() {
    restart(SandboxOptions.defaults().withTaskTtl(Duration.ofMillis(1500)));
    String id = tasks.submitted("a");
    assertThat(tasks.ended(id).code()).isEqualTo(10000);

    await().until(() -> tasks.status(id).equals("expired"));
    Answer expired = tasks.result(id);
    await().until(() -> tasks.status(id).equals("not_found"));

    assertThat(expired.code()).isEqualTo(10000);
    assertThat(expired.json().at("/data/image_urls").isNull()).isTrue();
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void aTaskInTheQueueCanBeCancelled() {
    restart(SandboxOptions.defaults().withConcurrency(1).withLatency(Latency.parse("4s")));
    String id = tasks.submitted("a");

    Answer cancelled = tasks.cancel(id);

    assertThat(cancelled.code()).isEqualTo(10000);
    assertThat(cancelled.json().path("data").isNull()).isTrue();
    assertThat(tasks.status(id)).isEqualTo("not_found");
    assertThat(tasks.cancel(id).code()).isEqualTo(50200);
    String next = tasks.submitted("b");
    await().until(() -> tasks.status(next).equals("generating"));
    assertThat(tasks.cancel(next).code()).isEqualTo(50200);
    assertThat(tasks.cancel("7123456789012345678").code()).isEqualTo(50215);
    tasks.ended(next);
    assertThat(sandbox.bill().billed()).extracting(Bill.Call::taskId).containsExactly(next);
  }

  @Test
  void aResetForgetsTheTasksAndWhatTheyHold() {
    restart(SandboxOptions.defaults().withConcurrency(1).withLatency(Latency.parse("1s")));
    String id = tasks.submitted("a");

    sandbox.reset();

    assertThat(tasks.result(id).code()).isEqualTo(50215);
    tasks.ended(tasks.submitted("b"));
    assertThat(sandbox.bill().billed()).extracting(Bill.Call::prompt).containsExactly("b");
  }

  private static ObjectNode body(String prompt) {
    return TestCalls.JSON
        .createObjectNode()
        .put("req_key", TaskCalls.MODEL)
        .put("prompt", prompt)
        .put("seed", 7)
        .put("width", 16)
        .put("height", 16);
  }
}
