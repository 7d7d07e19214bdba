package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.volccv.CapturedLog;
import io.volccv.error.CvException;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.CvResult;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import io.volccv.sandbox.SandboxOptions.Latency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a job key gives: over redeliveries, several sinks and restarts, one picture is paid once.
 */
final class RestartTest {

  private static final String TEXT = "volccv:generate?reqKey=high_aes_general_v30l_zt2i";
  private static final String DELIVERED = "volccv:delivered";
  private static final Map<String, Object> KEY = Map.of("CamelVolcCvJobKey", "job");

  @TempDir Path folder;

  private Sandbox sandbox;
  private LedgerProcess process;

  private void start(Duration latency, int concurrency) {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults().withPort(0).withLatency(new Latency(latency, latency)));
    process = new LedgerProcess(sandbox, folder, concurrency);
  }

  @AfterEach
  void stop() {
    process.close();
    sandbox.close();
  }

  @Test
  void aRestartInTheMiddleOfATaskGoesOnWithoutAnyExchange() throws Exception {
    start(Duration.ofMillis(1_500), 10);
    CompletableFuture<Exchange> cut = process.begin(TEXT, "x", KEY);
    await().until(() -> process.state("job").equals("TASK"));

    process.stop();
    assertThat(cut.get(10, TimeUnit.SECONDS).getException()).isInstanceOf(CvException.class);
    assertThat(process.state("job")).isEqualTo("TASK");
    assertThat(process.row("job").orElseThrow().isOwned()).isFalse();
    process.start();

    await().until(() -> process.state("job").equals("DONE"));
    assertThat(LedgerProcess.calls(sandbox, "Submit")).isEqualTo(1);
    long posts = sandbox.bill().posts();
    Exchange later = process.send(TEXT, "x", KEY, RestartTest::hasPicture);
    assertThat(later.getException()).isNull();
    assertThat(sandbox.bill().posts()).isEqualTo(posts);
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  /** The ledger stays open, as one does that several components share. */
  @Test
  void aRestartOfTheComponentAloneGoesOnToo() {
    start(Duration.ofSeconds(1), 10);
    process.begin(TEXT, "x", KEY);
    await().until(() -> process.state("job").equals("TASK"));

    process.component().stop();
    process.component().start();
    Exchange again = process.send(TEXT, "x", KEY, RestartTest::hasPicture);

    assertThat(again.getException()).isNull();
    assertThat(LedgerProcess.calls(sandbox, "Submit")).isEqualTo(1);
    assertThat(process.state("job")).isEqualTo("DONE");
  }

  @Test
  void tasksInFlightHoldNoThreadAndAStopLeavesThemAlone() throws Exception {
    start(Duration.ofHours(1), 300);
    List<CompletableFuture<Exchange>> waiting = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      waiting.add(
          process.beginAt("direct:generate", "x " + i, Map.of("CamelVolcCvJobKey", "many " + i)));
    }
    await().until(() -> process.permits() == 200 && process.state("many 199").equals("TASK"));

    assertThat(threads()).as("threads for 200 tasks").hasSizeLessThan(25);

    long begun = System.nanoTime();
    process.component().stop();
    assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
    for (CompletableFuture<Exchange> one : waiting) {
      assertThat(one.get(10, TimeUnit.SECONDS).getException()).isInstanceOf(CvException.class);
    }
    assertThat(process.row("many 7").orElseThrow().isOwned()).isFalse();
    assertThat(process.permits()).as("they run at the service").isEqualTo(200);
    assertThat(LedgerProcess.calls(sandbox, "Submit")).isEqualTo(200);
  }

  /** Ours and Camel's; the sandbox in the same process has its own. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("volccv") || name.startsWith("Camel"))
        .toList();
  }

  @Test
  void aDeliveredJobEndsItsRouteAndIsNotPaidAgain() {
    start(Duration.ZERO, 10);
    assertThat(process.send(TEXT, "x", KEY).getException()).isNull();
    assertThat(process.send(DELIVERED, "the body", KEY).getMessage().getBody())
        .isEqualTo("the body");
    await().until(() -> process.state("job").equals("DELIVERED"));
    process.restart();
    long posts = sandbox.bill().posts();

    AtomicInteger passed = new AtomicInteger();
    Exchange skipped = process.send(TEXT, "x", KEY, exchange -> passed.incrementAndGet());

    assertThat(skipped.getException()).isNull();
    assertThat(skipped.getMessage().getBody()).isNull();
    assertThat(skipped.getMessage().getHeaders()).containsEntry("CamelVolcCvDuplicate", true);
    assertThat(passed).as("the route stops").hasValue(0);

    Exchange goesOn =
        process.send(
            TEXT + "&onDuplicate=result&output=result",
            "x",
            KEY,
            exchange -> {
              passed.incrementAndGet();
              assertThat(exchange.getMessage().getBody(CvResult.class).images()).isEmpty();
            });
    assertThat(goesOn.getException()).isNull();
    assertThat(goesOn.getMessage().getHeaders()).containsEntry("CamelVolcCvDuplicate", true);
    assertThat(passed).hasValue(1);

    assertThat(process.send(TEXT + "&onDuplicate=fail", "x", KEY).getException())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("delivered before");
    assertThat(sandbox.bill().posts()).isEqualTo(posts);
  }

  @Test
  void aSinkThatHasThePictureIsKnownAfterARestart() {
    start(Duration.ZERO, 10);
    assertThat(process.send(TEXT, "x", KEY).getProperty("CamelVolcCvDeliveredTo"))
        .isEqualTo(Set.of());
    Map<String, Object> toFolder = Map.of("CamelVolcCvJobKey", "job", "to", "folder");
    assertThat(process.send(DELIVERED + "?sink=${header.to}", "x", toFolder).getException())
        .isNull();

    process.restart();
    Exchange again = process.send(TEXT, "x", KEY, RestartTest::hasPicture);

    assertThat(again.getException()).isNull();
    assertThat(again.getProperty("CamelVolcCvDeliveredTo")).isEqualTo(Set.of("folder"));
    assertThat(again.getMessage().getHeaders()).doesNotContainKey("CamelVolcCvDuplicate");
    assertThat(process.state("job")).as("the other sinks have not").isEqualTo("DONE");
    assertThat(sandbox.bill().images()).isEqualTo(1);

    process.send(DELIVERED, "x", KEY);
    assertThat(process.send(TEXT, "x", KEY).getMessage().getHeaders())
        .containsEntry("CamelVolcCvDuplicate", true);
  }

  @Test
  void theSameKeyWithAnotherRequestIsRefused() {
    start(Duration.ZERO, 10);
    process.send(TEXT, "x", KEY);
    long posts = sandbox.bill().posts();

    assertThat(process.send(TEXT, "y", KEY).getException())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("used for another request");
    assertThat(process.send(TEXT + "&param.seed=7", "x", KEY).getException())
        .as("another seed is the same wish")
        .isNull();
    assertThat(sandbox.bill().posts()).isEqualTo(posts);
  }

  @Test
  void twoRoutesWithTheSameKeyAreOneCall() {
    start(Duration.ofMillis(500), 10);

    CompletableFuture<Exchange> one = process.begin(TEXT, "x", KEY, RestartTest::hasPicture);
    await().until(() -> !process.state("job").equals("none"));
    CompletableFuture<Exchange> two = process.begin(TEXT, "x", KEY, RestartTest::hasPicture);
    CompletableFuture<Exchange> other = process.begin(TEXT, "another wish", KEY);

    assertThat(other.join().getException()).isInstanceOf(InvalidRequestException.class);
    assertThat(one.join().getException()).isNull();
    assertThat(two.join().getException()).isNull();
    assertThat(LedgerProcess.calls(sandbox, "Submit")).isEqualTo(1);
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void aJobKeyMayBeAMegabyteAndMayNotBeEmpty() {
    start(Duration.ZERO, 10);
    Map<String, Object> longKey = Map.of("CamelVolcCvJobKey", "k".repeat(1 << 20));

    assertThat(process.send(TEXT, "x", longKey).getException()).isNull();
    assertThat(process.send(TEXT, "x", longKey, RestartTest::hasPicture).getException()).isNull();
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(process.state("k".repeat(199) + "…")).isEqualTo("DONE");
    assertThat(process.send(TEXT, "x", Map.of("CamelVolcCvJobKey", " ")).getException())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("key");
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void deliveredNeedsAJobKey() {
    start(Duration.ZERO, 10);

    assertThat(process.send(DELIVERED, "x", Map.of()).getException())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("CamelVolcCvJobKey");
  }

  @Test
  void messagesWithoutAKeyAreToldOnceAndPaidEach() {
    start(Duration.ZERO, 10);
    try (CapturedLog log = new CapturedLog(VolcCvProducer.class.getName(), Level.WARN)) {
      process.send(
          "volccv:cancel?reqKey=high_aes_general_v30l_zt2i",
          null,
          Map.of("CamelVolcCvTaskId", "7392616336519610409"));
      assertThat(log.lines()).as("a cancel pays nothing").isEmpty();

      process.send(TEXT, "x", Map.of());
      process.send(TEXT, "x", Map.of());
      process.send("volccv:process?reqKey=high_aes_general_v30l_zt2i", "x", Map.of());

      assertThat(log.lines()).singleElement().asString().contains("job key", "CamelVolcCvJobKey");
    }
    assertThat(sandbox.bill().images()).isEqualTo(3);
  }

  private static void hasPicture(Exchange exchange) {
    assertThat(exchange.getMessage().getBody(byte[].class)).hasSizeGreaterThan(1000);
  }
}
