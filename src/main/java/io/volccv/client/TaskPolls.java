package io.volccv.client;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.error.JobInProgressException;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.ServerFaultException;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnauthorizedException;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.model.CvTask;
import io.volccv.wire.Reply;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a task's result until there is one, without a thread. A query costs nothing, so what
 * goes wrong with one is no reason to give the task up: it is paid, or about to be.
 */
final class TaskPolls {

  private static final long SHORTEST_MILLIS = 500;
  private static final long USUAL_MILLIS = 2_000;
  private static final long LONGEST_MILLIS = 5_000;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;
  private static final long LONGEST_RETRY_AFTER_MILLIS = 60_000;
  private static final double JITTER = 0.2;

  /**
   * So often in a row the service may say that it failed inside until it counts as the task's own
   * failure. A proxy that fails says nothing about the task, however long it does.
   */
  private static final int MOST_FAULTS = 10;

  private static final Set<String> UNFINISHED = Set.of("in_queue", "generating", "processing");
  private static final Set<String> GONE = Set.of("not_found", "expired");

  /** What comes of the answers. */
  interface Finish {
    CompletionStage<Settlement> finished(Reply reply);

    /** The task was asked for once. */
    void looked();
  }

  private final Api api;
  private final QueryPace pace;
  private final CallThreads threads;
  private final OpenCalls calls;
  private final Clock clock;
  private final DoubleSupplier random;
  private final Duration interval;
  private final Duration timeout;

  /**
   * @param random gives values from 0 to below 1
   * @param interval between queries; zero chooses by the model
   * @param timeout how long one exchange waits; zero as long as the task lives
   */
  TaskPolls(
      Api api,
      QueryPace pace,
      CallThreads threads,
      OpenCalls calls,
      Clock clock,
      DoubleSupplier random,
      Duration interval,
      Duration timeout) {
    this.api = api;
    this.pace = pace;
    this.threads = threads;
    this.calls = calls;
    this.clock = clock;
    this.random = random;
    this.interval = interval;
    this.timeout = timeout;
  }

  /** Whether a query's answer is the last one, for better or worse. */
  static boolean isFinished(Reply reply) {
    return !UNFINISHED.contains(String.valueOf(reply.fields().get("status")));
  }

  /** Whether the service does not know the task, or no longer. */
  static boolean isGone(Reply reply) {
    return GONE.contains(String.valueOf(reply.fields().get("status")));
  }

  /** A task that was just submitted. */
  CompletionStage<Settlement> poll(CvTask task, ModelSpec model, Finish finish) {
    return new Poll(task, model, finish).after(pause(model, 0));
  }

  /** A task that may be finished. */
  CompletionStage<Settlement> pollNow(CvTask task, ModelSpec model, Finish finish) {
    return new Poll(task, model, finish).after(0);
  }

  private long pause(ModelSpec model, int faults) {
    long usual =
        !interval.isZero()
            ? interval.toMillis()
            : model.latencyMs() == 0
                ? USUAL_MILLIS
                : Math.max(SHORTEST_MILLIS, Math.min(LONGEST_MILLIS, model.latencyMs() / 4));
    long pause = Math.min(LONGEST_PAUSE_MILLIS, usual << Math.min(faults, 10));
    return Math.round(pause * (1 - JITTER / 2 + JITTER * random.getAsDouble()));
  }

  private final class Poll {

    private final CvTask task;
    private final ModelSpec model;
    private final Finish finish;
    private final long begun = System.nanoTime();
    private int faults;

    Poll(CvTask task, ModelSpec model, Finish finish) {
      this.task = task;
      this.model = model;
      this.finish = finish;
    }

    CompletionStage<Settlement> after(long millis) {
      return threads
          .after(millis)
          .thenCompose(nothing -> pace.turn(task.deadline()))
          .thenCompose(
              nothing ->
                  api.free(
                      task.pair().resultAction(), task.reqKey(), () -> TaskRequests.query(task)))
          .handleAsync(this::answered, threads)
          .thenCompose(stage -> stage);
    }

    private CompletionStage<Settlement> answered(
        @Nullable Reply reply, @Nullable Throwable failure) {
      finish.looked();
      if (reply != null && isFinished(reply)) {
        return finish.finished(reply);
      }
      if (calls.isClosed()) {
        return ended(new Settlement.Parked(OpenCalls.ended()));
      }
      if (reply != null) {
        faults = 0;
      } else {
        Throwable cause = Failures.cause(java.util.Objects.requireNonNull(failure));
        Optional<Settlement> end = end(cause);
        if (end.isPresent()) {
          return ended(end.get());
        }
        faults++;
      }
      if (clock.instant().isAfter(task.deadline())) {
        return ended(new Settlement.Lost(expired(task, reply)));
      }
      if (!timeout.isZero() && System.nanoTime() - begun > timeout.toNanos()) {
        return ended(new Settlement.Parked(tooLong()));
      }
      long asked = retryAfter(failure);
      if (failure != null && Failures.cause(failure) instanceof ThrottledException) {
        pace.rest(asked);
      }
      return after(pause(model, faults) + asked);
    }

    private Optional<Settlement> end(Throwable cause) {
      return faults >= MOST_FAULTS
              && cause instanceof ServerFaultException fault
              && fault.getCode() != null
          ? Optional.of(new Settlement.Failed(fault))
          : verdict(cause);
    }

    private JobInProgressException tooLong() {
      return new JobInProgressException(
          task.reqKey() + ": the task " + task.taskId() + " is not finished within pollTimeout",
          new CvError(null, 0, null, "result", true, Billed.NO, null, "ask again later"),
          null);
    }
  }

  private static CompletionStage<Settlement> ended(Settlement settlement) {
    return CompletableFuture.completedFuture(settlement);
  }

  /** What the service asks for, within reason: a result must not die while it is waited for. */
  private static long retryAfter(@Nullable Throwable failure) {
    return failure != null
            && Failures.cause(failure) instanceof CvException cv
            && cv.getRetryAfterMillis() != null
        ? Math.min(LONGEST_RETRY_AFTER_MILLIS, cv.getRetryAfterMillis())
        : 0;
  }

  /** What a failed query means for who asks once: the task is left alone, or has failed. */
  CompletionStage<Settlement> failed(CvTask task, Throwable cause) {
    return ended(verdict(cause).orElseGet(() -> new Settlement.Parked(passing(task, cause))));
  }

  private static CvException passing(CvTask task, Throwable cause) {
    return cause instanceof CvException typed
        ? typed
        : new JobInProgressException(
            task.reqKey() + ": the result of the task " + task.taskId() + " could not be asked for",
            new CvError(null, 0, null, "result", true, Billed.NO, null, "ask again later"),
            cause);
  }

  /** What ends the task, or the asking; empty when asking again may help. */
  private static Optional<Settlement> verdict(Throwable cause) {
    if (cause instanceof UnauthorizedException denied) {
      return Optional.of(new Settlement.Parked(denied));
    }
    if (cause instanceof TaskExpiredException expired) {
      return Optional.of(new Settlement.Lost(expired));
    }
    boolean unclear =
        cause instanceof OutcomeUnknownException || cause instanceof MalformedReplyException;
    return cause instanceof CvException typed && !typed.isRetryable() && !unclear
        ? Optional.of(new Settlement.Failed(typed))
        : Optional.empty();
  }

  static TaskExpiredException expired(CvTask task, @Nullable Reply reply) {
    String hint = "look into the bill; ask the vendor with the task id";
    return new TaskExpiredException(
        task.reqKey()
            + ": the service does not know the task "
            + task.taskId()
            + " any more; "
            + hint,
        new CvError(
            null,
            reply == null ? 0 : 200,
            reply == null || reply.requestId().isEmpty() ? null : reply.requestId(),
            "task",
            false,
            Billed.MAYBE,
            null,
            hint),
        null);
  }
}
