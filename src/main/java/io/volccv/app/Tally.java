package io.volccv.app;

import io.volccv.error.BudgetExceededException;
import io.volccv.error.CvException;
import io.volccv.error.UnauthorizedException;
import io.volccv.files.JobListener;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts how jobs end, and remembers whether all calls are refused. */
final class Tally implements JobListener {
  private final Map<Job.Outcome, Long> ended = new EnumMap<>(Job.Outcome.class);
  private final Set<List<String>> unfinished = new HashSet<>();
  private @Nullable CvException refusal;

  Tally() {
    for (Job.Outcome outcome : Job.Outcome.values()) {
      ended.put(outcome, 0L);
    }
  }

  @Override
  public synchronized void started(Job job) {
    unfinished.add(name(job));
  }

  @Override
  public synchronized void ended(
      Job job,
      Job.Outcome outcome,
      @Nullable CvResult result,
      List<Path> written,
      @Nullable Throwable reason) {
    unfinished.remove(name(job));
    ended.merge(outcome, 1L, Long::sum);
  }

  @Override
  public synchronized void stayed(Job job, Throwable reason) {
    boolean forAll =
        reason instanceof UnauthorizedException || reason instanceof BudgetExceededException;
    if (refusal == null && forAll) {
      refusal = (CvException) reason;
    }
  }

  /** The first refusal that holds for all jobs: of the credentials, or by the budget. */
  synchronized Optional<CvException> refusal() {
    return Optional.ofNullable(refusal);
  }

  synchronized Map<Job.Outcome, Long> ended() {
    return new EnumMap<>(ended);
  }

  /** Whether any job ended badly, or has not ended at all. */
  synchronized boolean anyNotDone() {
    return !unfinished.isEmpty()
        || ended.entrySet().stream()
            .anyMatch(count -> count.getKey() != Job.Outcome.DONE && count.getValue() > 0);
  }

  /**
   * A job that is left in its source has no end; when it is taken again it is still the same one.
   */
  private static List<String> name(Job job) {
    return List.of(job.source(), job.name());
  }
}
