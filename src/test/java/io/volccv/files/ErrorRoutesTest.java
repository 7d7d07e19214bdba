package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.BudgetExceededException;
import io.volccv.error.ContentRejectedException;
import io.volccv.error.EmptyResultException;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.ServerFaultException;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnauthorizedException;
import io.volccv.error.UnreachableException;
import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code routes/errors.yaml} as shipped. */
final class ErrorRoutesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private RoutesHome home;

  @BeforeEach
  void open() throws IOException {
    home = new RoutesHome(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        ends(InvalidRequestException::new, Outcome.INVALID),
        ends(ContentRejectedException::new, Outcome.REJECTED),
        ends(OutcomeUnknownException::new, Outcome.UNKNOWN),
        ends(ServerFaultException::new, Outcome.FAILED),
        ends(MalformedReplyException::new, Outcome.FAILED),
        ends(EmptyResultException::new, Outcome.FAILED),
        ends(TaskExpiredException::new, Outcome.FAILED));
  }

  private static Arguments ends(FakeVolcCv.Kind kind, Outcome outcome) {
    String type = FakeVolcCv.error(kind, "1", false, null).getClass().getSimpleName();
    return Arguments.of(org.junit.jupiter.api.Named.of(type, kind), outcome);
  }

  @ParameterizedTest
  @MethodSource("outcomes")
  void anInputIsPutAwayWithItsReasonAndNeverSentAgain(FakeVolcCv.Kind kind, Outcome outcome)
      throws Exception {
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(kind, "50999", false, null);
        });
    home.drop("a/tom.yaml", "fields: {style: oil}");
    home.drop("a/tom.png", "input");
    home.start();
    waitForEnds(1);

    await().until(() -> home.files("inbox").isEmpty());
    String sink = outcome.name().toLowerCase(java.util.Locale.ROOT);
    assertThat(home.files(sink)).containsExactly("a/tom.png", "a/tom.png.error.json", "a/tom.yaml");
    JsonNode error = JSON.readTree(home.read(sink + "/a/tom.png.error.json"));
    assertThat(error.fieldNames())
        .toIterable()
        .containsExactly(
            "type",
            "code",
            "httpStatus",
            "stage",
            "requestId",
            "message",
            "hint",
            "attempts",
            "billed",
            "jobKey",
            "time");
    assertThat(error.get("type").textValue())
        .isEqualTo(FakeVolcCv.error(kind, "1", false, null).getClass().getSimpleName());
    assertThat(error.get("code").textValue()).isEqualTo("50999");
    assertThat(error.get("requestId").textValue()).isEqualTo("req-9");
    assertThat(error.get("attempts").intValue()).isEqualTo(1);
    assertThat(error.get("billed").textValue()).isEqualTo("no");
    assertThat(error.get("hint").textValue()).isEqualTo("do that");
    assertThat(error.get("jobKey").textValue()).isEqualTo(home.volccv.calls.get(0).jobKey());
    assertThat(home.volccv.calls).hasSize(1);
    assertThat(home.volccv.delivered).isEmpty();
    assertThat(home.outcomes()).containsExactly("a/tom.png " + outcome);
    assertThat(home.files("outbox")).isEmpty();
  }

  @Test
  void aSecondFailureOfTheSameNameOverwritesNothing() throws Exception {
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(ServerFaultException::new, "50500", false, null);
        });
    home.start();
    home.drop("tom.png", "one");
    waitForEnds(1);
    await().until(() -> home.files("inbox").isEmpty());
    home.drop("tom.png", "two");
    waitForEnds(2);
    await().until(() -> home.files("inbox").isEmpty());

    assertThat(home.files("failed"))
        .containsExactly("tom-r2.png", "tom-r2.png.error.json", "tom.png", "tom.png.error.json");
    assertThat(home.read("failed/tom.png")).isEqualTo("one");
  }

  @Test
  void throttledCallsAreTriedAgainAfterTheTimeThatTheServiceAsksFor() throws Exception {
    AtomicInteger n = new AtomicInteger();
    home.volccv.answer(
        call -> {
          if (n.incrementAndGet() < 3) {
            throw FakeVolcCv.error(ThrottledException::new, "50429", true, 400L);
          }
          return FakeVolcCv.result(1);
        });
    home.drop("tom.png", "input");
    home.start();
    await().until(() -> home.volccv.calls.size() == 1);
    long start = System.nanoTime();
    waitForEnds(1);

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(750));
    assertThat(home.outcomes()).containsExactly("tom.png DONE");
    assertThat(home.volccv.calls).extracting(FakeVolcCv.Call::jobKey).hasSize(3);
    assertThat(Set.copyOf(home.volccv.calls.stream().map(FakeVolcCv.Call::jobKey).toList()))
        .hasSize(1);
    assertThat((byte[]) home.volccv.calls.get(2).body()).asString().isEqualTo("input");
    assertThat(JSON.readTree(home.read("outbox/tom.jpg.json")).get("attempts").intValue())
        .isEqualTo(3);
  }

  @Test
  void waitingHoldsNoThread() throws Exception {
    Set<String> seen = java.util.concurrent.ConcurrentHashMap.newKeySet();
    home.volccv.answer(
        call -> {
          if (seen.add(call.name())) {
            throw FakeVolcCv.error(ThrottledException::new, "50430", true, 1_000L);
          }
          return FakeVolcCv.result(1);
        });
    for (int i = 0; i < 100; i++) {
      home.drop("p" + i + ".png", "input " + i);
    }
    home.start();
    await().until(() -> home.volccv.calls.size() >= 100);
    waitForEnds(100);
    assertThat(home.volccv.calls).hasSize(200);
    assertThat(home.outcomes()).allMatch(outcome -> outcome.endsWith("DONE"));
  }

  @Test
  void anUnreachableServiceIsTriedABoundedNumberOfTimes() throws Exception {
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(UnreachableException::new, null, true, 1L);
        });
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    assertThat(home.volccv.calls).hasSize(11);
    assertThat(home.outcomes()).containsExactly("tom.png FAILED");
    assertThat(JSON.readTree(home.read("failed/tom.png.error.json")).get("attempts").intValue())
        .isEqualTo(11);
  }

  @Test
  void aRefusedPictureIsTriedAgainWithOtherSeedsAndTheSameKey() throws Exception {
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(OutputRejectedException::new, "50511", false, null);
        });
    home.drop("tom.yaml", "params: {seed: -1, scale: 5}");
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    assertThat(home.outcomes()).containsExactly("tom.png REJECTED");
    assertThat(home.volccv.calls).hasSize(4);
    Set<Object> seeds = new HashSet<>();
    for (FakeVolcCv.Call call : home.volccv.calls) {
      assertThat((Map<?, ?>) call.params()).hasSize(2);
      assertThat(((Map<?, ?>) call.params()).get("scale")).isEqualTo(5);
      seeds.add(((Map<?, ?>) call.params()).get("seed"));
      assertThat(call.jobKey()).isEqualTo(home.volccv.calls.get(0).jobKey());
    }
    assertThat(seeds).hasSize(4).contains(-1);
  }

  @Test
  void otherFailuresDoNotUseUpTheTriesOfAReroll() throws Exception {
    AtomicInteger n = new AtomicInteger();
    home.volccv.answer(
        call -> {
          if (n.incrementAndGet() <= 8) {
            throw FakeVolcCv.error(ThrottledException::new, "50429", true, 1L);
          }
          if (n.get() <= 10) {
            throw FakeVolcCv.error(OutputRejectedException::new, "50511", false, null);
          }
          return FakeVolcCv.result(1);
        });
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    assertThat(home.outcomes()).containsExactly("tom.png DONE");
    JsonNode provenance = JSON.readTree(home.read("outbox/tom.jpg.json"));
    assertThat(provenance.get("attempts").intValue()).isEqualTo(11);
    Object sent = ((Map<?, ?>) home.volccv.calls.get(10).params()).get("seed");
    assertThat(provenance.at("/params/seed").intValue()).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withoutCredentialsOrBudgetTheInputsStayAndTheSourceRests(boolean budget) throws Exception {
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(
              budget ? BudgetExceededException::new : UnauthorizedException::new,
              "50400",
              false,
              null);
        });
    home.drop("tom.yaml", "fields: {style: oil}");
    home.drop("tom.png", "input");
    home.start();
    await().until(() -> home.stayed.size() == 1);
    home.drop("kim.png", "input");
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> home.volccv.calls.size() == 1);

    assertThat(home.files("inbox")).containsExactly("kim.png", "tom.png", "tom.yaml");
    assertThat(home.ended).isEmpty();
    assertThat(home.files("failed")).isEmpty();
    assertThat(home.stayed).hasSize(1);
    assertThat(home.stayed.get(0).name()).isEqualTo("tom.png");
    assertThat(home.bean(IntakeGate.class).isIdleFor(Duration.ZERO)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theSourceGoesOnByItselfWhenItIsMended(boolean budget) throws Exception {
    AtomicInteger n = new AtomicInteger();
    home.volccv.answer(
        call -> {
          if (n.incrementAndGet() <= 2) {
            throw FakeVolcCv.error(
                budget ? BudgetExceededException::new : UnauthorizedException::new,
                "50400",
                false,
                null);
          }
          return FakeVolcCv.result(1);
        });
    home.start();
    home.bean(InProgress.class).setLeaveAloneMillis(100);
    home.bean(IntakeGate.class).setRestMillis(200);
    home.drop("tom.png", "input");
    waitForEnds(1);

    assertThat(home.outcomes()).containsExactly("tom.png DONE");
    assertThat(home.stayed).hasSize(2);
    assertThat(home.volccv.calls).hasSize(3);
  }

  @Test
  void aWrongSidecarIsInvalidBeforeAnythingIsSent() throws Exception {
    home.drop("tom.yaml", "promt: a cat");
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.volccv.calls).isEmpty();
    assertThat(home.files("invalid")).containsExactly("tom.png", "tom.png.error.json", "tom.yaml");
    JsonNode error = JSON.readTree(home.read("invalid/tom.png.error.json"));
    assertThat(error.get("type").textValue()).isEqualTo("InvalidRequestException");
    assertThat(error.get("stage").textValue()).isEqualTo("sidecar");
    assertThat(error.get("message").textValue())
        .contains("sidecar tom.yaml: there is no field promt");
    assertThat(home.started).hasSize(1);
  }

  @Test
  void aMissingFieldIsInvalidBeforeAnythingIsSent() throws Exception {
    Path prompts = Files.createDirectory(folder.resolve("prompts"));
    Files.writeString(prompts.resolve("restyle.mustache"), "{{name}} {{subject}}");
    home.context
        .resolveLanguage("prompt")
        .getClass()
        .getMethod("setFolder", String.class)
        .invoke(home.context.resolveLanguage("prompt"), prompts.toString());
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    assertThat(home.volccv.calls).isEmpty();
    assertThat(home.read("invalid/tom.png.error.json")).contains("restyle, line 1", "'subject'");
  }

  @Test
  void aSinkThatFailsIsNoDelivery() throws Exception {
    Files.writeString(folder.resolve("outbox"), "a file where the folder should be");
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.outcomes()).containsExactly("tom.png FAILED");
    assertThat(home.volccv.delivered).isEmpty();
    assertThat(home.volccv.calls).hasSize(1);
    assertThat(home.files("failed")).containsExactly("tom.png", "tom.png.error.json");
  }

  @Test
  void anInputThatCannotBeMovedIsNotTakenAgainAtOnce() throws Exception {
    Files.writeString(folder.resolve("done"), "a file where the folder should be");
    home.drop("tom.txt", "a cat");
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(4))
        .until(() -> home.volccv.calls.size() == 1);
    assertThat(home.files("inbox")).containsExactly("tom.png", "tom.txt");
  }

  private void waitForEnds(int count) {
    await().atMost(20, TimeUnit.SECONDS).until(() -> home.ended.size() >= count);
  }
}
