package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.sandbox.TestCalls.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TaskFaultsTest {
  private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private final TestCalls calls = new TestCalls(sandbox);
  private final TaskCalls tasks = new TaskCalls(sandbox);

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void aTaskCanBeMadeToFail() {
    put("[{\"match\":{\"prompt\":\"dog\"},\"do\":\"code\",\"value\":{\"task\":50511}}]");
    String id = tasks.submitted("a dog");

    Answer failed = tasks.ended(id);

    assertThat(failed.code()).isEqualTo(50511);
    assertThat(failed.status()).isEqualTo(400);
    assertThat(failed.json().path("data").isNull()).isTrue();
    assertThat(failed.json().path("message").asText()).isEqualTo("Post Img Risk Not Pass");
    assertThat(tasks.result(id).code()).isEqualTo(50511);
    Bill.Call line = sandbox.bill().calls().get(0);
    assertThat(line.billed()).isFalse();
    assertThat(line.code()).isEqualTo("50511");
    assertThat(line.fault()).isEqualTo(Fault.Kind.CODE);
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(10000);
    assertThat(tasks.ended(tasks.submitted("a cat")).code()).isEqualTo(10000);
  }

  @Test
  void aSubmitWhoseAnswerIsLostIsChargedAllTheSame() {
    put("[{\"match\":{\"prompt\":\"lost\"},\"do\":\"cut-after-billing\"}]");

    assertThat(tasks.submitAsync(textCall("lost"))).failsWithin(Duration.ofSeconds(5));

    await().until(() -> sandbox.bill().images() == 1);
    Bill.Call line = sandbox.bill().calls().get(0);
    assertThat(line.billed()).isTrue();
    assertThat(line.fault()).isEqualTo(Fault.Kind.CUT_AFTER_BILLING);
    assertThat(tasks.result(line.taskId()).code()).isEqualTo(10000);
  }

  @Test
  void aSubmitCountsOnceItIsWholeAndEvenIfItsClientIsGone() throws IOException {
    String query = "?Action=CVSync2AsyncSubmitTask&Version=2022-08-31";
    byte[] body = TestCalls.utf8(textCall("whole"));
    byte[] half = TestCalls.utf8(textCall("half"));
    try (RawCall whole = new RawCall(sandbox);
        RawCall unfinished = new RawCall(sandbox)) {
      whole.sendHead(query, body.length).sendBody(body);
      unfinished.sendHead(query, half.length).sendBody(Arrays.copyOf(half, half.length - 1));
    }

    await().until(() -> sandbox.bill().calls().size() == 2 && sandbox.bill().images() == 1);
    assertThat(sandbox.bill().billed()).extracting(Bill.Call::prompt).containsExactly("whole");
    assertThat(sandbox.bill().calls()).filteredOn(call -> call.taskId() != null).hasSize(1);
  }

  @Test
  void aSubmitThatIsCutBeforeIsNoTask() {
    put("[{\"match\":{\"prompt\":\"cut\"},\"do\":\"cut-before\"}]");

    assertThat(tasks.submitAsync(textCall("cut"))).failsWithin(Duration.ofSeconds(5));

    await().until(() -> !sandbox.bill().calls().isEmpty());
    assertThat(sandbox.bill().calls()).allMatch(call -> call.taskId() == null);
    assertThat(sandbox.bill().images()).isZero();
  }

  @Test
  void aSubmitThatIsRefusedByAFaultIsNoTask() {
    put("[{\"match\":{\"action\":\"CVSync2AsyncSubmitTask\"},\"do\":\"code\",\"value\":50430}]");

    assertThat(tasks.submit(textCall("a")).code()).isEqualTo(50430);
    assertThat(new TaskCalls(sandbox, TaskPair.NATIVE).submit(textCall("a")).code())
        .isEqualTo(10000);
  }

  @Test
  void aQueryFailsByTheActionAndThePromptOfItsTask() {
    String dog = tasks.submitted("a dog");
    String cat = tasks.submitted("a cat");
    tasks.ended(dog);
    tasks.ended(cat);
    put(
        """
        [{"match":{"action":"CVSync2AsyncGetResult","prompt":"dog"},"do":"code","value":50500,"times":1},
         {"match":{"prompt":"cat"},"do":"html"}]""");

    assertThat(tasks.result(cat).code()).isEqualTo(10000);
    assertThat(tasks.result(dog).code()).isEqualTo(50500);
    assertThat(tasks.result(dog).code()).isEqualTo(10000);
  }

  @Test
  void aTaskCanBeDoneWithoutPictures() {
    String id = tasks.submitted("a");
    tasks.ended(id);
    put("[{\"match\":{\"action\":\"CVSync2AsyncGetResult\"},\"do\":\"no-images\"}]");

    Answer answer = tasks.result(id);

    assertThat(answer.json().at("/data/status").asText()).isEqualTo("done");
    assertThat(answer.json().at("/data/image_urls")).isEmpty();
  }

  @Test
  void aTaskFailsWithABusinessCodeOnly() {
    for (String value : new String[] {"{\"task\":7}", "{\"task\":\"MissingSignature\"}", "{}"}) {
      assertThat(
              calls
                  .admin("PUT", "faults", "[{\"do\":\"code\",\"value\":" + value + "}]")
                  .json()
                  .path("error")
                  .asText())
          .contains("{\"task\":...}");
    }
  }

  private void put(String faults) {
    assertThat(calls.admin("PUT", "faults", faults).status()).isEqualTo(200);
  }
}
