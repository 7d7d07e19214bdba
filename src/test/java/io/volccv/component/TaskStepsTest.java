package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.component.LedgerProcess.Spent;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.UnauthorizedException;
import io.volccv.model.MediaFormat;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import io.volccv.sandbox.SandboxOptions.Latency;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The single calls of a task, for those who drive it themselves. */
final class TaskStepsTest {

  private static final String MODEL = "?reqKey=high_aes_general_v30l_zt2i";
  private static final String SUBMIT = "volccv:submit" + MODEL;
  private static final String RESULT = "volccv:result" + MODEL;
  private static final String CANCEL = "volccv:cancel" + MODEL;
  private static final Map<String, Object> KEY = Map.of("CamelVolcCvJobKey", "job");

  @TempDir Path folder;

  private Sandbox sandbox;
  private LedgerProcess process;

  private void start(long latencyMillis) {
    Duration latency = Duration.ofMillis(latencyMillis);
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults().withPort(0).withLatency(new Latency(latency, latency)));
    process = new LedgerProcess(sandbox, folder, 10);
  }

  @AfterEach
  void stop() {
    if (process != null) {
      process.close();
      sandbox.close();
    }
  }

  @Test
  void aSubmitDoesNotWait() {
    start(60_000);

    Exchange done = process.send(SUBMIT, "x", KEY);

    String taskId = taskId(done);
    assertThat(taskId).matches("\\d{19,20}").isEqualTo(sandbox.bill().calls().get(0).taskId());
    assertThat(done.getMessage().getBody(Map.class)).containsEntry("task_id", taskId);
    assertThat(process.state("job")).isEqualTo("TASK");
    assertThat(process.row("job").orElseThrow().isOwned()).isFalse();
    assertThat(process.permits()).isEqualTo(1);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aSubmitOfTheSameJobNamesTheSameTask() {
    start(60_000);

    String first = taskId(process.send(SUBMIT, "x", KEY));
    String second = taskId(process.send(SUBMIT, "x", KEY));

    assertThat(second).isEqualTo(first);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aResultThatIsNotThereYetHasNoPictures() {
    start(60_000);
    String taskId = taskId(process.send(SUBMIT, "x", KEY));

    Exchange asked = process.send(RESULT, null, Map.of("CamelVolcCvTaskId", taskId));

    assertThat(asked.getException()).isNull();
    assertThat(asked.getMessage().getBody(Map.class)).containsEntry("status", "in_queue");
    assertThat(process.state("job")).isEqualTo("TASK");
    assertThat(process.row("job").orElseThrow().isOwned()).isFalse();
    assertThat(process.permits()).isEqualTo(1);
  }

  @Test
  void aResultThatIsThereEndsTheJob() {
    start(0);
    String taskId = taskId(process.send(SUBMIT, "x", KEY));
    await().until(() -> sandbox.bill().images() == 1);

    Exchange asked = result(taskId);

    assertThat(asked.getMessage().getHeaders())
        .containsEntry("CamelVolcCvTaskId", taskId)
        .containsEntry("Content-Type", "image/jpeg");
    assertThat(process.state("job")).isEqualTo("DONE");
    assertThat(process.permits()).isZero();
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 200, 0, 0, 1));

    long posts = sandbox.bill().posts();
    result(taskId);
    assertThat(process.send("volccv:generate" + MODEL, "x", KEY).getException()).isNull();
    assertThat(sandbox.bill().posts()).as("the kept result needs no call").isEqualTo(posts);
  }

  @Test
  void aTaskOfSomebodyElseIsAskedForAsWell() {
    start(0);
    String taskId = taskId(process.send(SUBMIT, "x", KEY));
    await().until(() -> sandbox.bill().images() == 1);
    process.close();
    process = new LedgerProcess(sandbox, folder.resolve("other"), 10);

    result(taskId);
  }

  private Exchange result(String taskId) {
    Exchange asked =
        process.send(
            RESULT,
            null,
            Map.of("CamelVolcCvTaskId", taskId),
            exchange -> {
              byte[] picture = exchange.getMessage().getBody(byte[].class);
              assertThat(MediaFormat.of(picture, picture.length)).isEqualTo(MediaFormat.JPEG);
            });
    assertThat(asked.getException()).isNull();
    return asked;
  }

  @Test
  void aResultWithWrongKeysLeavesTheTaskAlone() {
    start(0);
    String taskId = taskId(process.send(SUBMIT, "x", KEY));
    await().until(() -> sandbox.bill().images() == 1);
    sandbox.faults(List.of(Fault.code("50400").onAction("CVSync2AsyncGetResult")));

    Exchange denied = process.send(RESULT, null, Map.of("CamelVolcCvTaskId", taskId));

    assertThat(denied.getException()).isInstanceOf(UnauthorizedException.class);
    assertThat(process.state("job")).isEqualTo("TASK");
    sandbox.faults(List.of());
    result(taskId);
  }

  @Test
  void aTaskThatNobodyKnowsIsExpired() {
    start(0);

    Exchange asked = process.send(RESULT, null, Map.of("CamelVolcCvTaskId", "7392616336519610409"));

    assertThat(asked.getException())
        .isInstanceOf(TaskExpiredException.class)
        .hasMessageContaining("50215");
  }

  @Test
  void aTaskInTheQueueIsCancelledAndItsJobIsFree() {
    start(60_000);
    String taskId = taskId(process.send(SUBMIT, "x", KEY));

    Exchange cancelled = process.send(CANCEL, null, Map.of("CamelVolcCvTaskId", taskId));

    assertThat(cancelled.getException()).isNull();
    assertThat(process.state("job")).isEqualTo("FAILED");
    assertThat(process.row("job").orElseThrow().again()).isTrue();
    assertThat(process.permits()).isZero();
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 0, 0, 0, 0));

    assertThat(taskId(process.send(SUBMIT, "x", KEY))).isNotEqualTo(taskId);
  }

  @Test
  void aTaskThatRunsCannotBeCancelled() {
    start(1_500);
    String taskId = taskId(process.send(SUBMIT, "x", KEY));
    Map<String, Object> task = Map.of("CamelVolcCvTaskId", taskId);
    await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () ->
                process
                    .send(RESULT, null, task)
                    .getMessage()
                    .getBody(Map.class)
                    .containsValue("generating"));

    Exchange refused = process.send(CANCEL, null, task);

    assertThat(refused.getException())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("generating");
    assertThat(process.state("job")).isEqualTo("TASK");
    await().until(() -> sandbox.bill().images() == 1);
    result(taskId);
  }

  /** The sandbox says expired up to twice the life of a task, then not_found. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void aTaskThatTheServiceHasForgottenIsLost(long lives) {
    Duration life = Duration.ofMillis(400);
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults()
                .withPort(0)
                .withTaskTtl(life)
                .withLatency(new Latency(Duration.ofHours(1), Duration.ofHours(1))));
    process = new LedgerProcess(sandbox, folder, 10);
    process.send(SUBMIT, "x", KEY);
    Instant forgotten = Instant.now().plus(life.multipliedBy(lives));
    await().until(() -> Instant.now().isAfter(forgotten));

    Exchange asked = process.send("volccv:generate" + MODEL, "x", KEY);

    assertThat(asked.getException())
        .isInstanceOf(TaskExpiredException.class)
        .hasMessageContaining("does not know the task");
    assertThat(process.state("job")).isEqualTo("LOST");
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 200, 0, 0, 1));
    assertThat(LedgerProcess.calls(sandbox, "Submit")).isEqualTo(1);
  }

  /** Whoever waits for it learns it, and nothing counts as paid. */
  @Test
  void aTaskThatSomebodyWaitsForCanBeCancelled() {
    start(60_000);
    var waiting = process.begin("volccv:generate" + MODEL, "x", KEY);
    await().until(() -> process.row("job").filter(row -> row.taskId() != null).isPresent());
    String taskId = process.row("job").orElseThrow().taskId();

    assertThat(process.send(CANCEL, null, Map.of("CamelVolcCvTaskId", taskId)).getException())
        .isNull();

    assertThat(waiting.join().getException())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cancelled");
    assertThat(process.state("job")).isEqualTo("FAILED");
    assertThat(process.row("job").orElseThrow().again()).isTrue();
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 0, 0, 0, 0));
  }

  @ParameterizedTest
  @ValueSource(strings = {RESULT, CANCEL})
  void withoutATaskIdThereIsNothingToAskFor(String uri) {
    start(0);

    for (Map<String, Object> headers :
        List.<Map<String, Object>>of(Map.of(), Map.of("CamelVolcCvTaskId", " "))) {
      assertThat(process.send(uri, null, headers).getException())
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("CamelVolcCvTaskId");
    }
    assertThat(sandbox.bill().posts()).isZero();
  }

  private static String taskId(Exchange done) {
    assertThat(done.getException()).isNull();
    return done.getMessage().getHeader("CamelVolcCvTaskId", String.class);
  }
}
