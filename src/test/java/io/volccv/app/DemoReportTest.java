package io.volccv.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.model.Money;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoReportTest {
  private static final CvResult RESULT =
      new CvResult(
          "some_model", "r1", List.of(), Map.of(), Optional.empty(), Optional.of(new Money(200)));

  @TempDir Path folder;
  private Instant now = Instant.EPOCH;
  private final DemoBoard board = new DemoBoard(List.of("b.png", "a.jpg"), () -> now);
  private final TestTerminal terminal = new TestTerminal();

  @BeforeEach
  void endBoth() throws IOException {
    Path picture = folder.resolve("data/demo/outbox/a.jpg");
    Files.createDirectories(picture.getParent());
    Files.writeString(
        picture.resolveSibling("a.jpg.json"),
        """
        {"prompt": "水彩画的猫"}
        """);
    board.started(job("a.jpg"));
    pass(1500);
    board.ended(job("a.jpg"), Job.Outcome.DONE, RESULT, List.of(picture), null);
    board.started(job("b.png"));
    pass(500);
  }

  @Test
  void eachPictureHasItsLineWithThePromptThatWasSent() {
    board.ended(job("b.png"), Job.Outcome.DONE, RESULT, List.of(folder.resolve("b.jpg")), null);

    assertThat(report().lines(terminal.terminal()).subList(0, 5))
        .containsExactly(
            "  INPUT  PROMPT      RESULT  SECONDS   CNY",
            "  a.jpg  水彩画的猫  a.jpg       1.5  0.20",
            "  b.png              b.jpg       0.5  0.20",
            "",
            "  ✓ 2 of 2 pictures in 2.0 s, 0.40 CNY at list price; "
                + "a sandbox answered, so nothing was paid");
    assertThat(report().isAllDone()).isTrue();
  }

  @Test
  void anUnknownPriceIsNotShownAsNothing() throws IOException {
    DemoBoard one = new DemoBoard(List.of("a.jpg"), () -> now);
    CvResult priceless =
        new CvResult("some_model", "r1", List.of(), Map.of(), Optional.empty(), Optional.empty());
    one.started(job("a.jpg"));
    one.ended(job("a.jpg"), Job.Outcome.DONE, priceless, List.of(folder.resolve("a.jpg")), null);
    DemoReport report = new DemoReport(one, new Home(folder), folder.resolve("data/demo/outbox"));

    assertThat(report.lines(terminal.terminal()))
        .contains("  ✓ 1 of 1 pictures in 0.0 s; a sandbox answered, so nothing was paid");
    assertThat(new JsonMapper().readTree(report.json()).path("costCny").isNull()).isTrue();
  }

  @Test
  void aFailureShowsItsReason() {
    board.ended(
        job("b.png"),
        Job.Outcome.REJECTED,
        null,
        List.of(),
        new IllegalStateException("the prompt was refused"));

    assertThat(report().lines(terminal.terminal()))
        .anySatisfy(line -> assertThat(line).contains("rejected: the prompt was refused"))
        .contains("  ✗ 1 of 2 pictures in 2.0 s");
    assertThat(report().isAllDone()).isFalse();
  }

  @Test
  void aPictureThatDidNotEndIsNotDone() {
    assertThat(report().isAllDone()).isFalse();
    assertThat(report().lines(terminal.terminal()))
        .anySatisfy(line -> assertThat(line).contains("b.png").contains("unfinished"));
  }

  @Test
  void theReportIsReadableForPrograms() throws IOException {
    board.ended(job("b.png"), Job.Outcome.DONE, RESULT, List.of(folder.resolve("b.jpg")), null);

    JsonNode json = new JsonMapper().readTree(report().json());

    assertThat(json.path("ok").booleanValue()).isTrue();
    assertThat(json.path("costCny").decimalValue()).isEqualByComparingTo("0.4");
    assertThat(json.path("pictures")).hasSize(2);
    assertThat(json.path("pictures").get(0).path("prompt").textValue()).isEqualTo("水彩画的猫");
    assertThat(json.path("pictures").get(0).path("outcome").textValue()).isEqualTo("done");
  }

  private DemoReport report() {
    return new DemoReport(board, new Home(folder), folder.resolve("data/demo/outbox"));
  }

  private void pass(long millis) {
    now = now.plus(Duration.ofMillis(millis));
  }

  private static Job job(String name) {
    return new Job("folder", name, Map.of(), null, Map.of(), null);
  }
}
