package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.png;
import static io.volccv.sandbox.TestCalls.seedCall;
import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.sandbox.TestCalls.Answer;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FaultsTest {
  private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private final TestCalls calls = new TestCalls(sandbox);

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void cutBeforeResetsTheConnectionWhileTheRequestIsStillBeingSent() throws IOException {
    put("[{\"match\":{\"n\":1},\"do\":\"cut-before\"}]");

    try (RawCall call = new RawCall(sandbox)) {
      RawCall.Reply reply = call.sendHead(1_000_000).read();

      assertThat(reply.reset()).isTrue();
      assertThat(reply.head()).isEmpty();
    }
    assertLine(false, null, Fault.Kind.CUT_BEFORE, null);
    assertThat(calls.post(textCall("a")).code()).isEqualTo(10000);
  }

  @Test
  void cutBeforeOnAPromptHappensAsSoonAsThePromptHasArrived() throws IOException {
    put("[{\"match\":{\"prompt\":\"dog\"},\"do\":\"cut-before\"}]");

    try (RawCall call = new RawCall(sandbox)) {
      call.sendHead(1_000_000)
          .sendBody(TestCalls.utf8("{\"prompt\":\"a dog\",\"binary_data_base64\":[\"AAAA"));

      assertThat(call.read().reset()).isTrue();
    }
    assertLine(false, null, Fault.Kind.CUT_BEFORE, "a dog");
    assertThat(calls.post(textCall("a cat")).code()).isEqualTo(10000);
  }

  @Test
  void cutAfterBillingReadsAllChargesAndSaysNothing() throws IOException {
    put("[{\"do\":\"cut-after-billing\"}]");

    try (RawCall call = new RawCall(sandbox)) {
      RawCall.Reply reply = call.send(textCall("a")).read();

      assertThat(reply.reset()).isFalse();
      assertThat(reply.head()).isEmpty();
    }
    assertLine(true, "10000", Fault.Kind.CUT_AFTER_BILLING, "a");
  }

  @Test
  void cutReplyEndsAfterSoManyBytesOfTheBody() throws IOException {
    put("[{\"do\":\"cut-reply\",\"value\":100}]");

    try (RawCall call = new RawCall(sandbox)) {
      RawCall.Reply reply = call.send(textCall("a")).read();

      assertThat(reply.head()).startsWith("HTTP/1.1 200");
      assertThat(reply.body()).hasSize(100);
      assertThat(reply.contentLength()).isGreaterThan(500);
      assertThat(reply.reset()).isFalse();
    }
    assertLine(true, "10000", Fault.Kind.CUT_REPLY, "a");
  }

  @Test
  void slowBillsAtOnceAndAnswersLate() {
    put("[{\"do\":\"slow\",\"value\":\"0.7s\"}]");
    long start = System.nanoTime();

    var answer = calls.postAsync(textCall("a"));

    await().atMost(Duration.ofMillis(600)).until(() -> sandbox.bill().images() == 1);
    assertThat(answer).isNotDone();
    assertThat(answer.join().code()).isEqualTo(10000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(690));
  }

  @Test
  void slowIsBilledEvenWhenTheClientHasGivenUp() {
    put("[{\"do\":\"slow\",\"value\":60000}]");

    var answer =
        calls.sendWithTimeout(
            calls
                .request(TestCalls.QUERY, textCall("a"))
                .header("Authorization", "Bearer sandbox-key"),
            Duration.ofMillis(300));

    assertThat(answer)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withCauseInstanceOf(HttpTimeoutException.class);
    assertLine(true, "10000", Fault.Kind.SLOW, "a");
  }

  @Test
  void trickleTakesItsTime() throws IOException {
    put("[{\"do\":\"trickle\",\"value\":\"0.6s\"}]");
    long start = System.nanoTime();

    Answer answer = calls.post(textCall("a"));

    assertThat(answer.code()).isEqualTo(10000);
    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isBetween(Duration.ofMillis(500), Duration.ofMillis(2500));
    assertLine(true, "10000", Fault.Kind.TRICKLE, "a");
  }

  @Test
  void trickleWithANumberIsSoManyBytesPerSecond() throws IOException {
    int length = calls.post(textCall("a")).body().length;
    put("[{\"do\":\"trickle\",\"value\":" + length * 2 + "}]");
    long start = System.nanoTime();

    assertThat(calls.post(textCall("a")).code()).isEqualTo(10000);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void garbageIsNotJson() {
    put("[{\"do\":\"garbage\"}]");

    Answer answer = calls.post(textCall("a"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type")).startsWith("application/json");
    assertThat(answer.body()[0]).isNotEqualTo((byte) '{');
    assertLine(true, "10000", Fault.Kind.GARBAGE, "a");
  }

  @Test
  void halfIsTheBeginningOfAnAnswerThatPretendsToBeWhole() throws IOException {
    put("[{\"do\":\"half\"}]");

    try (RawCall call = new RawCall(sandbox)) {
      RawCall.Reply reply = call.send(seedCall(png(64, 64))).read();

      assertThat(reply.contentLength()).isEqualTo(reply.body().length);
      assertThat(new String(reply.body(), StandardCharsets.UTF_8))
          .startsWith("{\"code\":10000")
          .doesNotEndWith("}");
    }
    assertLine(true, "10000", Fault.Kind.HALF, "a dog");
  }

  @Test
  void htmlStatusAndNoCodeAreNotBilled() {
    put(
        """
        [{"match":{"n":1},"do":"html","value":504},{"match":{"n":2},"do":"status","value":429,"retryAfter":"7"},
         {"match":{"n":3},"do":"no-code"},{"match":{"n":4},"do":"no-images"},{"match":{"n":5},"do":"html"}]""");

    Answer html = calls.post(textCall("a"));
    Answer status = calls.post(textCall("a"));
    Answer noCode = calls.post(textCall("a"));
    Answer noImages = calls.post(textCall("a"));
    Answer badGateway = calls.post(textCall("a"));

    assertThat(html.status()).isEqualTo(504);
    assertThat(html.header("Content-Type")).startsWith("text/html");
    assertThat(status.status()).isEqualTo(429);
    assertThat(status.header("Retry-After")).isEqualTo("7");
    assertThat(status.json().has("code")).isFalse();
    assertThat(noCode.status()).isEqualTo(200);
    assertThat(noCode.json().has("code")).isFalse();
    assertThat(noImages.code()).isEqualTo(10000);
    assertThat(noImages.json().at("/data/binary_data_base64").size()).isZero();
    assertThat(noImages.json().at("/data/image_urls").size()).isZero();
    assertThat(badGateway.status()).isEqualTo(502);
    assertThat(sandbox.bill().images()).isZero();
    assertThat(sandbox.bill().posts()).isEqualTo(5);
  }

  @Test
  void allThatAMatchAsksForMustBeThere() {
    put(
        "[{\"match\":{\"n\":2,\"prompt\":\"dog\",\"action\":\"CVProcess\"},\"do\":\"code\",\"value\":50411}]");

    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(10000);
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(50411);
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(10000);
    put(
        "[{\"match\":{\"prompt\":\"dog\",\"action\":\"CVSubmitTask\"},\"do\":\"code\",\"value\":50411}]");
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(10000);
  }

  @Test
  void aFaultHappensAlwaysOrAsOftenAsItSays() {
    sandbox.faults(
        List.of(
            Fault.code("50429").times(2).withRetryAfter("3"), Fault.code("50500").onPrompt("dog")));

    assertThat(calls.post(textCall("a dog")).header("Retry-After")).isEqualTo("3");
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(50429);
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(50500);
    assertThat(calls.post(textCall("a dog")).code()).isEqualTo(50500);
    assertThat(calls.post(textCall("a cat")).code()).isEqualTo(10000);
  }

  @Test
  void faultsThatAreNotUnderstoodAreRefusedWithTheReason() {
    assertThat(calls.admin("PUT", "faults", "[{\"do\":\"explode\"}]").json().path("error").asText())
        .contains("'explode' is no fault", "cut-after-billing");
    assertThat(calls.admin("PUT", "faults", "[{\"do\":\"code\",\"value\":7}]").status())
        .isEqualTo(400);
    assertThat(calls.admin("PUT", "faults", "[{\"do\":\"slow\",\"value\":\"soon\"}]").status())
        .isEqualTo(400);
    assertThat(calls.admin("PUT", "faults", "[{\"do\":\"html\",\"when\":1}]").status())
        .isEqualTo(400);
    assertThat(calls.admin("PUT", "faults", "[{\"do\":\"status\",\"value\":\"bad\"}]").status())
        .isEqualTo(400);
    assertThat(
            calls
                .admin("PUT", "faults", "[{\"do\":\"html\",\"value\":99}]")
                .json()
                .path("error")
                .asText())
        .contains("'html'", "99", "write an HTTP status");
    assertThat(calls.admin("PUT", "faults", "[{\"do\":\"trickle\",\"value\":0}]").status())
        .isEqualTo(400);
    assertThat(calls.admin("PUT", "faults", "no JSON").status()).isEqualTo(400);
  }

  @Test
  void faultsCanComeFromAFile(@TempDir Path folder) throws IOException {
    Path file =
        Files.writeString(folder.resolve("faults.json"), "[{\"do\":\"code\",\"value\":\"60102\"}]");

    try (Sandbox other = Sandbox.start(SandboxOptions.defaults().withPort(0).withFaults(file))) {
      assertThat(new TestCalls(other).post(textCall("a")).code()).isEqualTo(60102);
    }
  }

  @Test
  void anUnfinishedRequestIsNeitherBilledNorWorkedOn() throws IOException {
    try (RawCall call = new RawCall(sandbox)) {
      byte[] body = TestCalls.utf8(textCall("a"));
      call.sendHead(body.length).sendBody(Arrays.copyOf(body, body.length - 1));
    }
    assertLine(false, null, null, null);
  }

  private void put(String faults) {
    assertThat(calls.admin("PUT", "faults", faults).status()).isEqualTo(200);
  }

  private void assertLine(boolean billed, String code, Fault.Kind fault, String prompt) {
    await().atMost(Duration.ofSeconds(5)).until(() -> !sandbox.bill().calls().isEmpty());
    Bill.Call line = sandbox.bill().calls().get(0);
    assertThat(line.billed()).isEqualTo(billed);
    assertThat(line.images()).isEqualTo(billed ? 1 : 0);
    assertThat(line.code()).isEqualTo(code);
    assertThat(line.fault()).isEqualTo(fault);
    assertThat(line.prompt()).isEqualTo(prompt);
    assertThat(line.bodySha256() != null).isEqualTo(code != null);
  }
}
