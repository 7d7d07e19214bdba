package io.volccv.app;

import io.volccv.files.JobListener;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.model.Money;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Where each picture of the demo stands. */
final class DemoBoard implements JobListener {
  private final InstantSource clock;
  private final Instant begin;
  private final Map<String, Row> rows = new TreeMap<>();

  DemoBoard(List<String> names, InstantSource clock) {
    this.clock = clock;
    this.begin = clock.instant();
    names.forEach(name -> rows.put(name, new Row(name, null, null, null)));
  }

  @Override
  public synchronized void started(Job job) {
    rows.put(job.name(), new Row(job.name(), clock.instant(), null, null));
  }

  @Override
  public synchronized void ended(
      Job job,
      Job.Outcome outcome,
      @Nullable CvResult result,
      List<Path> written,
      @Nullable Throwable reason) {
    Row row = rows.getOrDefault(job.name(), new Row(job.name(), null, null, null));
    End end =
        new End(
            clock.instant(),
            outcome,
            List.copyOf(written),
            result == null ? Optional.empty() : result.cost(),
            reason == null ? "" : String.valueOf(reason.getMessage()));
    rows.put(job.name(), new Row(row.name, row.started, end, job.prompt()));
  }

  /** In a demo nobody corrects credentials: waiting for that would be waiting for ever. */
  @Override
  public void stayed(Job job, Throwable reason) {
    ended(job, Job.Outcome.FAILED, null, List.of(), reason);
  }

  synchronized List<Row> rows() {
    return List.copyOf(rows.values());
  }

  synchronized boolean isComplete() {
    return rows.values().stream().allMatch(row -> row.end != null);
  }

  Duration elapsed() {
    return Duration.between(begin, clock.instant());
  }

  Instant now() {
    return clock.instant();
  }

  /**
   * One picture.
   *
   * @param started null while it waits
   * @param end null while it is made
   * @param prompt the whole prompt when the source brought one
   */
  record Row(String name, @Nullable Instant started, @Nullable End end, @Nullable String prompt) {

    boolean isDone() {
      return end != null && end.outcome == Job.Outcome.DONE;
    }

    /** How long it has been worked on; zero while it waits. */
    Duration taken(Instant now) {
      if (started == null) {
        return Duration.ZERO;
      }
      return Duration.between(started, end == null ? now : end.at);
    }
  }

  /**
   * How a picture ended.
   *
   * @param written the pictures, or the place of the input
   * @param cost what it would have cost; empty when the price is not known
   * @param reason why it did not end well, or empty
   */
  record End(
      Instant at, Job.Outcome outcome, List<Path> written, Optional<Money> cost, String reason) {}
}
