package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BillTest {
  @TempDir Path folder;

  @Test
  void everyPostIsOnTheBillAndOnlyWorkIsCharged() {
    try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0))) {
      TestCalls calls = new TestCalls(sandbox);
      String body = textCall("a dog");
      String requestId = calls.post(body).json().path("request_id").asText();
      calls.post("{}");
      calls.post(
          "{\"req_key\":\"jimeng_t2i_v40\",\"prompt\":\"3 pictures of it\",\"width\":8,\"height\":8}");

      JsonNode bill = calls.admin("GET", "bill", "").json();

      assertThat(bill.path("posts").intValue()).isEqualTo(3);
      assertThat(bill.path("images").intValue()).isEqualTo(4);
      assertThat(bill.path("cny").decimalValue()).isEqualByComparingTo("0.86");
      JsonNode first = bill.path("calls").path(0);
      assertThat(first.path("n").intValue()).isEqualTo(1);
      assertThat(first.path("action").asText()).isEqualTo("CVProcess");
      assertThat(first.path("reqKey").asText()).isEqualTo("high_aes_general_v30l_zt2i");
      assertThat(first.path("requestId").asText()).isEqualTo(requestId);
      assertThat(first.path("images").intValue()).isEqualTo(1);
      assertThat(first.path("cny").decimalValue()).isEqualByComparingTo("0.2");
      assertThat(first.path("billed").booleanValue()).isTrue();
      assertThat(first.path("code").intValue()).isEqualTo(10000);
      assertThat(first.path("prompt").asText()).isEqualTo("a dog");
      assertThat(first.path("bodySha256").asText())
          .isEqualTo(Hash.of(body.getBytes(StandardCharsets.UTF_8)));
      assertThat(first.fieldNames()).toIterable().contains("time", "taskId", "fault");
      assertThat(bill.at("/calls/1/billed").booleanValue()).isFalse();
      assertThat(bill.at("/calls/1/code").intValue()).isEqualTo(50201);
      assertThat(calls.admin("GET", "bill?calls=false", "").json().has("calls")).isFalse();
      assertThat(sandbox.bill().calls()).hasSize(3);
    }
  }

  @Test
  void aResetForgetsAllAndCountsAnew() {
    try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0))) {
      TestCalls calls = new TestCalls(sandbox);
      calls.post(textCall("a"));
      calls.admin("DELETE", "state", "");

      assertThat(sandbox.bill()).isEqualTo(new Bill(0, 0, new BigDecimal("0.00"), List.of()));
      calls.post(textCall("b"));
      assertThat(sandbox.bill().calls().get(0).n()).isEqualTo(1);
    }
  }

  @Test
  void aBillWithAStateFileSurvivesAKillInTheMiddleOfALine() throws IOException {
    Path state = folder.resolve("state.jsonl");
    SandboxOptions options = SandboxOptions.defaults().withPort(0).withState(state);
    Bill before;
    try (Sandbox sandbox = Sandbox.start(options)) {
      new TestCalls(sandbox).post(textCall("a"));
      new TestCalls(sandbox).post(textCall("b"));
      before = sandbox.bill();
      assertThat(Files.readAllLines(state)).hasSize(2);
    }
    Files.writeString(state, "{\"n\":3,\"time\":", StandardOpenOption.APPEND);

    try (Sandbox again = Sandbox.start(options)) {
      assertThat(again.bill()).isEqualTo(before);
      new TestCalls(again).post(textCall("c"));
      assertThat(again.bill().calls()).extracting(Bill.Call::n).containsExactly(1, 2, 3);
    }
    try (Sandbox third = Sandbox.start(options)) {
      assertThat(third.bill().images()).isEqualTo(3);
      third.reset();
    }
    assertThat(state).isEmptyFile();
  }

  @Test
  void aStateFileBelongsToOneSandbox() {
    SandboxOptions options =
        SandboxOptions.defaults().withPort(0).withState(folder.resolve("state"));
    try (Sandbox sandbox = Sandbox.start(options)) {
      assertThat(sandbox.bill().posts()).isZero();
      assertThatThrownBy(() -> Sandbox.start(options))
          .hasMessageContaining("in use by another sandbox");
    }
  }

  @ParameterizedTest(name = "{index}")
  @ValueSource(strings = {"one line of notes", "{\"n\":1}\nnotes", "{}\n", "\n", "{\"n\":1}\n"})
  void aFileThatIsNoStateFileIsLeftAsItIs(String text) throws IOException {
    Path notes = Files.writeString(folder.resolve("notes"), text);
    SandboxOptions options = SandboxOptions.defaults().withPort(0).withState(notes);

    assertThatThrownBy(() -> Sandbox.start(options))
        .hasMessageContaining("notes", "is not a state file");
    assertThat(notes).hasContent(text);
  }

  @Test
  void aCallWhoseClientIsGoneIsBilledWhenItsWorkIsDone() throws IOException {
    SandboxOptions options =
        SandboxOptions.defaults().withPort(0).withLatency(SandboxOptions.Latency.parse("500ms"));
    try (Sandbox sandbox = Sandbox.start(options)) {
      try (RawCall call = new RawCall(sandbox)) {
        call.send(textCall("a"));
      }
      await().atMost(Duration.ofSeconds(5)).until(() -> sandbox.bill().images() == 1);
    }
  }

  @Test
  void aCallFromBeforeAResetIsNotOnTheNewBill() {
    SandboxOptions options =
        SandboxOptions.defaults().withPort(0).withLatency(SandboxOptions.Latency.parse("300ms"));
    try (Sandbox sandbox = Sandbox.start(options)) {
      TestCalls calls = new TestCalls(sandbox);
      var answer = calls.postAsync(textCall("a"));
      await().until(() -> sandbox.bill().posts() == 1);
      sandbox.reset();

      assertThat(answer.join().code()).isEqualTo(10000);
      assertThat(sandbox.bill().images()).isZero();
    }
  }
}
