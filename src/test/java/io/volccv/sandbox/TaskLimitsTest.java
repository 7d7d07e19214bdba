package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.SandboxOptions.Latency;
import io.volccv.sandbox.TestCalls.Answer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TaskLimitsTest {
  @Test
  void unfinishedTasksAndRunningCallsShareTheConcurrency() {
    SandboxOptions options =
        SandboxOptions.defaults()
            .withPort(0)
            .withConcurrency(2)
            .withLatency(Latency.parse("800ms"));
    try (Sandbox sandbox = Sandbox.start(options)) {
      TaskCalls tasks = new TaskCalls(sandbox);
      TestCalls calls = new TestCalls(sandbox);
      String first = tasks.submitted("a");
      String second = tasks.submitted("a");

      Answer third = tasks.submit(textCall("a"));

      assertThat(third.code()).isEqualTo(50430);
      assertThat(third.status()).isEqualTo(429);
      assertThat(calls.post(textCall("a")).code()).isEqualTo(50430);
      tasks.ended(first);
      tasks.ended(second);
      assertThat(tasks.submit(textCall("a")).code()).isEqualTo(10000);
      assertThat(calls.post(textCall("a")).code()).isEqualTo(10000);
      assertThat(sandbox.bill().calls())
          .filteredOn(call -> "50430".equals(call.code()))
          .hasSize(2)
          .noneMatch(Bill.Call::billed);
    }
  }

  @Test
  void aTaskThatIsDoneHoldsNothing() {
    SandboxOptions options = SandboxOptions.defaults().withPort(0).withConcurrency(1);
    try (Sandbox sandbox = Sandbox.start(options)) {
      sandbox.faults(List.of(Fault.task(50511).onPrompt("fails")));
      TaskCalls tasks = new TaskCalls(sandbox);
      for (int i = 0; i < 10; i++) {
        tasks.ended(tasks.submitted(i % 2 == 0 ? "works" : "fails"));
      }
      assertThat(sandbox.bill().images()).isEqualTo(5);
    }
  }

  @Test
  void theRateCountsSubmitsAndQueriesHaveTheirOwn() {
    SandboxOptions options = SandboxOptions.defaults().withPort(0).withRate(2.0);
    try (Sandbox sandbox = Sandbox.start(options)) {
      TaskCalls tasks = new TaskCalls(sandbox);
      TestCalls calls = new TestCalls(sandbox);
      calls.admin("PUT", "limits", "{\"rate\":0.01,\"queryRate\":null}");
      String id = tasks.submitted("a");

      assertThat(tasks.submit(textCall("a")).code()).isEqualTo(50429);
      assertThat(codes(tasks, id, 40)).containsOnlyKeys(10000);
      assertThat(calls.admin("PUT", "limits", "{\"queryRate\":0.01}").status()).isEqualTo(200);
      assertThat(codes(tasks, id, 5)).containsEntry(10000, 1L).containsEntry(50429, 4L);
      calls.admin("PUT", "limits", "{}");
      assertThat(codes(tasks, id, 60).get(10000)).isBetween(20L, 50L);
      assertThat(calls.admin("PUT", "limits", "{\"queryRate\":0}").status()).isEqualTo(400);
      assertThat(calls.admin("PUT", "limits", "{\"queryRate\":\"x\"}").status()).isEqualTo(400);
    }
  }

  private static Map<Integer, Long> codes(TaskCalls tasks, String id, int count) {
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, count)
            .mapToObj(i -> CompletableFuture.supplyAsync(() -> tasks.result(id)))
            .toList();
    return answers.stream()
        .map(CompletableFuture::join)
        .collect(groupingBy(Answer::code, counting()));
  }
}
