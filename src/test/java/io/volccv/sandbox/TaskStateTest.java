package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.volccv.sandbox.SandboxOptions.Latency;
import io.volccv.sandbox.TestCalls.Answer;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks in a state file, over the end of their sandbox. */
final class TaskStateTest {
  @TempDir Path folder;

  @Test
  void aTaskThatIsDoneStaysDone() {
    String id;
    Answer before;
    try (Sandbox first = Sandbox.start(options())) {
      id = new TaskCalls(first).submitted("a");
      before = new TaskCalls(first).ended(id);
    }
    try (Sandbox second = Sandbox.start(options())) {
      Answer after = new TaskCalls(second).result(id);

      assertThat(after.json().path("data")).isEqualTo(before.json().path("data"));
      assertThat(second.bill().billed()).extracting(Bill.Call::taskId).containsExactly(id);
      assertThat(second.bill().images()).isEqualTo(1);
    }
  }

  @Test
  void anUnfinishedTaskGoesOnWithItsPictureAndItsSeed() throws IOException {
    ObjectNode body = picture();
    SandboxOptions slow = options().withConcurrency(1).withLatency(Latency.parse("3s"));
    String id;
    try (Sandbox first = Sandbox.start(slow)) {
      id = TaskCalls.id(new TaskCalls(first).submit(body.toString()));
    }
    String query = "{\"req_key\":\"byteedit_v2.0\",\"task_id\":\"" + id + "\"}";
    try (Sandbox second = Sandbox.start(slow)) {
      TaskCalls tasks = new TaskCalls(second);
      assertThat(tasks.submit(TestCalls.textCall("other")).code()).isEqualTo(50430);
      Answer done = ended(tasks, query);
      long seed = done.json().at("/data/infer_ctx/params/seed").longValue();

      assertThat(second.bill().billed()).extracting(Bill.Call::taskId).containsExactly(id);
      assertThat(new TestCalls(second).post(body.put("seed", seed).toString()).picture(0))
          .isEqualTo(done.picture(0));
      assertThat(tasks.submit(TestCalls.textCall("other")).code()).isEqualTo(10000);
    }
    assertThat(folder).isDirectoryRecursivelyContaining("glob:**" + id + ".out0");
    assertThat(folder).isDirectoryNotContaining("glob:**" + id + ".in0");
  }

  @Test
  void anOutcomeThatIsNoSuccessIsKept() {
    String failed;
    String cancelled;
    try (Sandbox first = Sandbox.start(options())) {
      first.faults(List.of(Fault.task(50511).onPrompt("fails")));
      TaskCalls tasks = new TaskCalls(first);
      failed = tasks.submitted("fails");
      tasks.ended(failed);
    }
    try (Sandbox second = Sandbox.start(options().withLatency(Latency.parse("60s")))) {
      cancelled = new TaskCalls(second).submitted("a");
      assertThat(new TaskCalls(second).cancel(cancelled).code()).isEqualTo(10000);
    }
    try (Sandbox third = Sandbox.start(options())) {
      TaskCalls tasks = new TaskCalls(third);
      assertThat(tasks.result(failed).code()).isEqualTo(50511);
      assertThat(tasks.status(cancelled)).isEqualTo("not_found");
      assertThat(third.bill().images()).isZero();
    }
  }

  @Test
  void aTaskThatIsMadeToFailFailsAfterARestartToo() {
    String id;
    try (Sandbox first = Sandbox.start(options().withLatency(Latency.parse("1s")))) {
      first.faults(List.of(Fault.task(50519)));
      id = new TaskCalls(first).submitted("a");
    }
    try (Sandbox second = Sandbox.start(options())) {
      assertThat(new TaskCalls(second).ended(id).code()).isEqualTo(50519);
    }
  }

  @RepeatedTest(3)
  void anOrderlyStopLosesNoTaskEither() throws IOException {
    Set<String> ids = new HashSet<>();
    try (Sandbox first = Sandbox.start(options().withLatency(Latency.parse("1ms..800ms")))) {
      TaskCalls tasks = new TaskCalls(first);
      for (int i = 0; i < 8; i++) {
        ids.add(TaskCalls.id(tasks.submit(picture().toString())));
      }
    }
    try (Sandbox second = Sandbox.start(options())) {
      await().until(() -> second.bill().images() == ids.size());
      assertThat(second.bill().billed())
          .extracting(Bill.Call::taskId)
          .containsExactlyInAnyOrderElementsOf(ids);
    }
  }

  @Test
  void aResetLeavesNoFile() throws IOException {
    try (Sandbox sandbox = Sandbox.start(options())) {
      TaskCalls tasks = new TaskCalls(sandbox);
      tasks.ended(tasks.submitted("a"));
      Files.writeString(folder.resolve("state.tasks/7000000000000000001.in0"), "of nobody");
      sandbox.reset();
    }
    Sandbox.start(options()).close();

    try (Stream<Path> files = Files.walk(folder).sorted(Comparator.reverseOrder())) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(folder.resolve("state"));
    }
    assertThat(folder.resolve("state")).isEmptyFile();
  }

  private SandboxOptions options() {
    return SandboxOptions.defaults().withPort(0).withState(folder.resolve("state"));
  }

  private static Answer ended(TaskCalls tasks, String query) {
    return await()
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> tasks.ask(query),
            answer -> answer.json().at("/data/status").asText().equals("done"));
  }

  /** A picture that is large enough not to stay in the JSON, and no seed. */
  private static ObjectNode picture() {
    BufferedImage image = new BufferedImage(200, 150, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    for (int i = 0; i < 200; i++) {
      graphics.setColor(new Color(i * 7919 % 0xffffff));
      graphics.drawLine(i, 0, 200 - i, 149);
    }
    graphics.dispose();
    List<String> pictures = new ArrayList<>();
    pictures.add(Base64.getEncoder().encodeToString(png(image)));
    ObjectNode body = TestCalls.JSON.createObjectNode();
    body.put("req_key", "byteedit_v2.0").put("prompt", "watercolour");
    body.putPOJO("binary_data_base64", pictures);
    return TestCalls.JSON.valueToTree(body);
  }
}
