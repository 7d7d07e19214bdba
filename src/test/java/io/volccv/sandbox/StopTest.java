package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import io.volccv.CapturedLog;
import io.volccv.sandbox.SandboxOptions.Latency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sandbox that is stopped in the middle of its work says nothing about it. */
final class StopTest {
  private static final int CALLS = 12;
  private static final byte[] LARGE = new byte[20_000_000];
  private static final String DRAWING =
      "{\"req_key\":\"k\",\"prompt\":\"a lake\",\"width\":256,\"height\":256,\"return_url\":true}";

  @TempDir Path folder;

  private final CapturedLog log = new CapturedLog("org.eclipse.jetty", Level.WARN);
  private final Queue<String> uncaught = new ConcurrentLinkedQueue<>();
  private final Thread.UncaughtExceptionHandler usual = Thread.getDefaultUncaughtExceptionHandler();

  @BeforeEach
  void listen() {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.add(thread + ": " + e));
  }

  @AfterEach
  void listenNoMore() {
    log.close();
    Thread.setDefaultUncaughtExceptionHandler(usual);
  }

  @RepeatedTest(3)
  void answersThatNobodyReadsAreDropped() throws IOException {
    stopInTheMiddle(options().withPictures(request -> List.of(LARGE)), List.of(), textCall("a"));
  }

  @RepeatedTest(3)
  void answersThatDripAreDropped() throws IOException {
    List<Fault> drip = List.of(Fault.always(Fault.Kind.TRICKLE).withValue(40_000_000));
    stopInTheMiddle(options().withPictures(request -> List.of(LARGE)), drip, textCall("a"));
  }

  @RepeatedTest(3)
  void callsThatAreWorkedOnAreDropped() throws IOException {
    SandboxOptions options =
        options().withState(folder.resolve("state")).withLatency(Latency.parse("5ms..50ms"));
    stopInTheMiddle(options, List.of(), DRAWING);
  }

  @Test
  void aSandboxCanBeStoppedTwice() {
    Sandbox sandbox = Sandbox.start(options());
    sandbox.close();

    assertThatCode(sandbox::close).doesNotThrowAnyException();
  }

  private void stopInTheMiddle(SandboxOptions options, List<Fault> faults, String body)
      throws IOException {
    List<RawCall> calls = new ArrayList<>();
    try (Sandbox sandbox = Sandbox.start(options)) {
      sandbox.faults(faults);
      for (int i = 0; i < CALLS; i++) {
        RawCall call = new RawCall(sandbox);
        calls.add(call);
        call.send(body);
      }
      await().until(() -> sandbox.bill().images() >= (body.equals(DRAWING) ? 2 : CALLS));
    } finally {
      for (RawCall call : calls) {
        call.close();
      }
    }
    assertThat(log.lines()).isEmpty();
    assertThat(uncaught).isEmpty();
  }

  private static SandboxOptions options() {
    return SandboxOptions.defaults().withPort(0);
  }
}
