package io.volccv.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.intake.Schedule.Due;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is due when. */
final class ScheduleTest {
  @TempDir Path folder;
  private final MovableClock clock = new MovableClock(Instant.parse("2026-01-30T22:35:00Z"));

  @Test
  void aJobIsDueWithItsTimeInNameAndKey() throws IOException {
    Schedule schedule =
        schedule(
            """
            morning:
              cron: "30 6 * * *"
              job: {name: daily/sunrise, prompt: a harbour, priority: 7}
            """);

    assertThat(schedule.due())
        .containsExactly(
            new Due(
                "morning",
                Instant.parse("2026-01-30T22:30:00Z"),
                """
                {"name":"daily/sunrise/2026-01-31-063000","prompt":"a harbour","priority":7,\
                "jobKey":"timer-morning-20260130T223000Z"}""",
                7,
                true));
  }

  @Test
  void whatWasQueuedIsNotDueAgainUntilTheNextTime() throws IOException {
    Schedule schedule = schedule("every: {cron: '* * * * *', job: {prompt: x}}");
    assertThat(schedule.due()).hasSize(10);
    assertThat(schedule.due()).as("none was queued").hasSize(10);

    schedule.due().forEach(schedule::queued);

    assertThat(schedule.due()).isEmpty();
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    assertThat(schedule.due()).hasSize(1);
  }

  @Test
  void aTimeIsOverWhenAllItsVariantsAreQueued() throws IOException {
    Schedule schedule = schedule("a: {cron: '30 6 * * *', job: {prompt: x, variants: 3}}");
    List<Due> due = schedule.due();
    assertThat(due).hasSize(3).extracting(Due::isLast).containsExactly(false, false, true);
    assertThat(due).extracting(Due::json).anyMatch(json -> json.contains("20260130T223000Z-v3"));

    schedule.queued(due.get(0));
    assertThat(schedule.due()).hasSize(3);
    schedule.queued(due.get(2));
    assertThat(schedule.due()).isEmpty();
  }

  @Test
  void whatIsMissedForLongerIsNotMadeUpFor() throws IOException {
    clock.now = Instant.parse("2026-01-30T22:41:00Z");

    assertThat(schedule("a: {cron: '30 6 * * *', job: {prompt: x}}").due()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: {cron: 'x y', job: {prompt: x}}                 | the cron 'x y' cannot be read
          a: {cron: '* * * * *'}                             | a has no cron (a text) or no job
          a: {cron: '* * * * *', jobb: {}, job: {prompt: x}} | did you mean job?
          a: {cron: '* * * * *', job: {promt: x}}            | did you mean prompt?
          a: {cron: '* * * * *', job: {jobKey: x}}           | cannot honour jobKey
          'a b': {cron: '* * * * *', job: {prompt: x}}       | 'a b' is no name
          {}                                                 | has no entries
          """)
  void aWrongScheduleSaysWhatToWrite(String text, String reason) {
    assertThatThrownBy(() -> schedule(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("timer.schedule: schedule.yaml: ")
        .hasMessageContaining(reason)
        .hasMessageContaining("; ");
  }

  private Schedule schedule(String text) throws IOException {
    Path file = Files.writeString(folder.resolve("schedule.yaml"), text);
    Schedule schedule = new Schedule(clock);
    schedule.setFile(file.toString());
    schedule.load();
    return schedule;
  }

  private static final class MovableClock extends Clock {
    private Instant now;

    MovableClock(Instant now) {
      this.now = now;
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
