package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.SandboxOptions.Latency;
import io.volccv.sandbox.TestCalls.Answer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class LimitsTest {
  private final AtomicLong now = new AtomicLong();

  @Test
  void callsSpacedByTheRateAreNeverRefused() {
    Limits limits = new Limits(5.0, null, now::get);

    for (int i = 0; i < 100; i++) {
      assertThat(limits.enter()).isEmpty();
      now.addAndGet(200_000_000);
    }
  }

  @Test
  void moreCallsThanTheRateAreRefusedUntilTimeHasPassed() {
    Limits limits = new Limits(2.0, null, now::get);

    assertThat(limits.enter()).isEmpty();
    assertThat(limits.enter()).isEmpty();
    assertThat(limits.enter()).map(ApiError::code).contains("50429");
    now.addAndGet(500_000_000);
    assertThat(limits.enter()).isEmpty();
    assertThat(limits.enter()).isPresent();
  }

  @Test
  void aRateBelowOneIsOneCallInSoManySeconds() {
    Limits limits = new Limits(0.5, null, now::get);

    assertThat(limits.enter()).isEmpty();
    now.addAndGet(1_900_000_000);
    assertThat(limits.enter()).isPresent();
    now.addAndGet(100_000_000);
    assertThat(limits.enter()).isEmpty();
  }

  @Test
  void overTheWireTheConcurrencyCountsWhatIsWorkedOn() {
    SandboxOptions options =
        SandboxOptions.defaults()
            .withPort(0)
            .withConcurrency(3)
            .withLatency(Latency.parse("400ms"));
    try (Sandbox sandbox = Sandbox.start(options)) {
      TestCalls calls = new TestCalls(sandbox);

      Map<Integer, Long> codes = together(calls, 8);

      assertThat(codes).containsEntry(10000, 3L).containsEntry(50430, 5L);
      assertThat(sandbox.bill().images()).isEqualTo(3);
      assertThat(together(calls, 3)).containsEntry(10000, 3L);
      calls.admin("PUT", "limits", "{\"concurrency\":1}");
      assertThat(together(calls, 2)).containsEntry(50430, 1L);
      calls.admin("PUT", "limits", "{}");
      assertThat(together(calls, 8)).containsEntry(10000, 8L);
      assertThat(calls.admin("PUT", "limits", "{\"rate\":\"many\"}").status()).isEqualTo(400);
      assertThat(calls.admin("PUT", "limits", "{\"rate\":-1}").status()).isEqualTo(400);
      assertThat(calls.admin("PUT", "limits", "{\"rates\":1}").status()).isEqualTo(400);
    }
  }

  @Test
  void aRefusedCallIsAnsweredWith429() {
    try (Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0).withRate(1.0))) {
      TestCalls calls = new TestCalls(sandbox);
      calls.post(textCall("a"));

      Answer refused = calls.post(textCall("a"));

      assertThat(refused.status()).isEqualTo(429);
      assertThat(refused.code()).isEqualTo(50429);
      assertThat(refused.json().path("message").asText())
          .isEqualTo("Request Has Reached API Limit, Please Try Later");
    }
  }

  @Test
  void aThousandCallsWaitAtTheSameTimeWithoutAThreadEach() {
    SandboxOptions options = SandboxOptions.defaults().withPort(0).withLatency(Latency.parse("3s"));
    try (Sandbox sandbox = Sandbox.start(options)) {
      long start = System.nanoTime();

      Map<Integer, Long> codes = together(new TestCalls(sandbox), 1200);

      assertThat(codes).containsOnly(Map.entry(10000, 1200L));
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
      assertThat(Thread.getAllStackTraces().keySet())
          .filteredOn(thread -> thread.getName().startsWith("sandbox"))
          .hasSizeLessThan(210);
    }
  }

  private static Map<Integer, Long> together(TestCalls calls, int count) {
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, count).mapToObj(i -> calls.postAsync(textCall("a"))).toList();
    return answers.stream()
        .map(CompletableFuture::join)
        .collect(groupingBy(Answer::code, counting()));
  }
}
