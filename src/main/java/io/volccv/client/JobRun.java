package io.volccv.client;

import static java.util.Objects.requireNonNull;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.EmptyResultException;
import io.volccv.error.Failures;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.JobInProgressException;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.Printable;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.UnreachableException;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.model.CvImage;
import io.volccv.model.CvRequest;
import io.volccv.model.CvResult;
import io.volccv.model.CvTask;
import io.volccv.wire.Reply;
import io.volccv.wire.RequestBody;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One claim, from the first byte that is sent to its settlement: the call, or the submit and the
 * queries; the results that come as URLs; and what the ledger is told on the way.
 */
final class JobRun {

  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);
  private static final Duration TASK_LIFE = Duration.ofHours(12);
  private static final Duration URL_LIFE = Duration.ofHours(24);
  private static final Duration VIDEO_URL_LIFE = Duration.ofHours(1);

  /** What all runs of a client share. */
  record Tools(
      Api api,
      ResultFetch fetch,
      TaskPolls polls,
      CallThreads threads,
      OpenCalls calls,
      CancelledTasks cancelled,
      Clock clock,
      boolean download,
      boolean isDurable) {}

  private final Tools tools;
  private final Claim claim;
  private final String reqKey;
  private final ModelSpec model;
  private final CompletableFuture<Void> looked = new CompletableFuture<>();
  private volatile boolean sent;
  private volatile boolean underWay;
  private volatile boolean askedAgain;

  JobRun(Tools tools, Claim claim, String reqKey, ModelSpec model) {
    this.tools = tools;
    this.claim = claim;
    this.reqKey = reqKey;
    this.model = model;
  }

  /** Completes when a job that is gone on with was looked at for the first time. */
  CompletionStage<Void> looked() {
    return looked;
  }

  /**
   * Makes the wish, or goes on with it.
   *
   * @param pair how to submit it; empty for {@code CVProcess}
   * @return fails with a {@link CvException}
   */
  CompletionStage<CvResult> run(CvRequest wish, Optional<CvTask.Pair> pair) {
    if (!(claim.progress() instanceof Progress.None)) {
      return resume();
    }
    if (pair.isEmpty()) {
      return ended(processed(wish));
    }
    return ended(
        submitted(wish, pair.get())
            .thenCompose(
                task ->
                    tools
                        .polls()
                        .poll(task, model, polled(task))
                        .thenApply(end -> orCancelled(task, end))));
  }

  /** Goes on with what is not new. */
  CompletionStage<CvResult> resume() {
    sent = true;
    underWay = true;
    CompletionStage<Settlement> end =
        claim.progress() instanceof Progress.Answered answer
            ? collected(answer)
            : ask(((Progress.Task) claim.progress()).task());
    end.whenComplete((settlement, failure) -> looked.complete(null));
    return ended(end);
  }

  /** Submits and leaves the task to whoever asks for its result. */
  CompletionStage<CvTask> submit(CvRequest wish, CvTask.Pair pair) {
    if (claim.progress() instanceof Progress.Task known) {
      return left(known.task());
    }
    CompletableFuture<CvTask> task = new CompletableFuture<>();
    submitted(wish, pair)
        .whenComplete(
            (made, failure) -> {
              CompletionStage<CvTask> end =
                  failure == null ? left(made) : this.<CvTask>failed(failure);
              end.whenComplete(
                  (value, reason) -> {
                    if (reason == null) {
                      task.complete(value);
                    } else {
                      task.completeExceptionally(Failures.cause(reason));
                    }
                  });
            });
    return task;
  }

  private CompletionStage<CvTask> left(CvTask task) {
    return claim.settle(new Settlement.Parked(underWay("it was submitted"))).thenApply(n -> task);
  }

  /** Asks once; a task that is not finished is left alone again, and its result has no pictures. */
  CompletionStage<CvResult> askOnce() {
    sent = true;
    underWay = true;
    if (claim.progress() instanceof Progress.Answered answer) {
      return ended(collected(answer));
    }
    CvTask task = ((Progress.Task) claim.progress()).task();
    return tools
        .api()
        .free(task.pair().resultAction(), reqKey, () -> TaskRequests.query(task))
        .handleAsync(
            (reply, failure) -> {
              if (failure != null) {
                return ended(tools.polls().failed(task, Failures.cause(failure)));
              }
              if (TaskPolls.isFinished(reply)) {
                return ended(finished(task, reply));
              }
              CvResult soFar =
                  new CvResult(
                      reqKey,
                      reply.requestId(),
                      List.of(),
                      reply.fields(),
                      reply.seed(),
                      Optional.empty());
              return claim
                  .settle(new Settlement.Parked(underWay("it is not finished")))
                  .thenApply(nothing -> soFar);
            },
            tools.threads())
        .thenCompose(stage -> stage);
  }

  private CompletionStage<Settlement> processed(CvRequest wish) {
    return tools
        .api()
        .paid("CVProcess", reqKey, () -> RequestBody.of(wish), this::markSent)
        .thenComposeAsync(reply -> received(reply, seed(wish), Optional.empty()), tools.threads());
  }

  private CompletionStage<CvTask> submitted(CvRequest wish, CvTask.Pair pair) {
    CvRequest submit = TaskRequests.submit(wish);
    return tools
        .api()
        .paid(pair.submitAction(), reqKey, () -> RequestBody.of(submit), this::markSent)
        .thenComposeAsync(
            reply -> {
              String id = reply.taskId().orElseThrow(() -> withoutTask(pair.submitAction(), reply));
              Instant deadline = tools.clock().instant().plus(TASK_LIFE);
              CvTask task = new CvTask(reqKey, id, pair, TaskRequests.reqJson(wish), deadline);
              return claim.task(task).thenApply(nothing -> begun(task));
            },
            tools.threads());
  }

  private CvTask begun(CvTask task) {
    underWay = true;
    return task;
  }

  /** From the moment that the ledger has agreed, the call may be executed. */
  private CompletionStage<Void> markSent() {
    return claim.sent().thenRun(() -> sent = true);
  }

  private TaskPolls.Finish polled(CvTask task) {
    return new TaskPolls.Finish() {
      @Override
      public CompletionStage<Settlement> finished(Reply reply) {
        return JobRun.this.finished(task, reply);
      }

      @Override
      public void looked() {
        looked.complete(null);
      }
    };
  }

  private CompletionStage<Settlement> ask(CvTask task) {
    return tools
        .polls()
        .pollNow(task, model, polled(task))
        .thenApply(end -> orCancelled(task, end));
  }

  /** A task that was cancelled was not done, and cost nothing. */
  private Settlement orCancelled(CvTask task, Settlement end) {
    return end instanceof Settlement.Lost lost
            && lost.reason() instanceof TaskExpiredException
            && tools.cancelled().contains(task.taskId())
        ? new Settlement.NotSent(cancelled(task.taskId()))
        : end;
  }

  static InvalidRequestException cancelled(String taskId) {
    return new InvalidRequestException(
        "the task " + taskId + " was cancelled",
        new CvError(null, 200, null, "task", true, Billed.NO, null, "ask for it again"),
        null);
  }

  private CompletionStage<Settlement> finished(CvTask task, Reply reply) {
    return TaskPolls.isGone(reply)
        ? CompletableFuture.completedFuture(new Settlement.Lost(TaskPolls.expired(task, reply)))
        : received(reply, Optional.empty(), Optional.of(task));
  }

  /** A whole answer, whose results may have to be fetched. */
  private CompletionStage<Settlement> received(
      Reply reply, Optional<Long> wishedSeed, Optional<CvTask> task) {
    Optional<Long> seed = reply.seed().or(() -> wishedSeed);
    if (reply.urls().isEmpty() || !tools.download()) {
      return CompletableFuture.completedFuture(result(reply, seed, task));
    }
    Progress.Answered answer =
        new Progress.Answered(
            reqKey,
            reply.requestId(),
            reply.urls(),
            reply.fields(),
            seed,
            deadline(reply.urls()),
            task);
    return claim
        .answered(answer)
        .thenCompose(
            nothing -> {
              underWay = true;
              return collected(answer);
            });
  }

  /** The URL itself says when it dies. */
  private Instant deadline(List<String> urls) {
    boolean video =
        model.results() != null && model.results().kind() == ModelSpec.Results.Kind.VIDEO;
    Instant usual = tools.clock().instant().plus(video ? VIDEO_URL_LIFE : URL_LIFE);
    return urls.stream()
        .flatMap(url -> UrlLife.end(url).stream())
        .min(Instant::compareTo)
        .orElse(usual);
  }

  private CompletionStage<Settlement> collected(Progress.Answered answer) {
    return tools
        .fetch()
        .all(answer.urls())
        .handleAsync(
            (images, failure) ->
                failure == null
                    ? CompletableFuture.<Settlement>completedStage(
                        new Settlement.Done(result(answer, images)))
                    : notFetched(answer, Failures.cause(failure)),
            tools.threads())
        .thenCompose(stage -> stage);
  }

  /** A result that a task can give again is asked for again; one that may come later is kept. */
  private CompletionStage<Settlement> notFetched(Progress.Answered answer, Throwable failure) {
    Optional<CvTask> task = answer.task();
    boolean passing = ResultFetch.isPassing(failure) || tools.calls().isClosed();
    if (!passing && task.isPresent() && !askedAgain && isYoung(task.get())) {
      askedAgain = true;
      return ask(task.get());
    }
    if (passing && tools.isDurable()) {
      String what = "its result cannot be fetched for now: " + failure.getMessage();
      return CompletableFuture.completedFuture(new Settlement.Parked(underWay(what)));
    }
    return CompletableFuture.completedFuture(
        new Settlement.Lost(paidButGone(answer.requestId(), failure)));
  }

  private boolean isYoung(CvTask task) {
    return tools.clock().instant().isBefore(task.deadline());
  }

  private CvResult result(Progress.Answered answer, List<CvImage> images) {
    return new CvResult(
        reqKey,
        answer.requestId(),
        images,
        withTask(answer.fields(), answer.task()),
        answer.seed(),
        model.cost(images.size()));
  }

  private Settlement result(Reply reply, Optional<Long> seed, Optional<CvTask> task) {
    List<CvImage> images = reply.pictures();
    boolean asUrls = !tools.download() && !reply.urls().isEmpty();
    if (images.isEmpty() && !asUrls && isMissingPictures(reply)) {
      return new Settlement.Unknown(empty(reply));
    }
    int count = asUrls ? reply.urls().size() : images.size();
    return new Settlement.Done(
        new CvResult(
            reqKey,
            reply.requestId(),
            images,
            withTask(reply.fields(), task),
            seed,
            model.cost(count)));
  }

  private static Map<String, Object> withTask(Map<String, Object> fields, Optional<CvTask> task) {
    if (task.isEmpty()) {
      return fields;
    }
    Map<String, Object> all = new LinkedHashMap<>(fields);
    all.put("task_id", task.get().taskId());
    return all;
  }

  /**
   * An unknown model may be one whose answer is not a picture, but then it holds something else.
   */
  private boolean isMissingPictures(Reply reply) {
    boolean known = model.results() != null;
    boolean saysPictures = reply.fields().isEmpty() || reply.fields().containsKey("image_urls");
    return known ? model.givesPictures() : saysPictures;
  }

  private static Optional<Long> seed(CvRequest wish) {
    return wish.params().get("seed") instanceof Number seed && seed.longValue() >= 0
        ? Optional.of(seed.longValue())
        : Optional.empty();
  }

  /** Tells the ledger how it ended, and the caller. */
  private CompletionStage<CvResult> ended(CompletionStage<Settlement> end) {
    return end.handleAsync(
            (settlement, failure) ->
                failure == null ? settled(settlement) : this.<CvResult>failed(failure),
            tools.threads())
        .thenCompose(stage -> stage);
  }

  private CompletionStage<CvResult> settled(Settlement settlement) {
    if (settlement instanceof Settlement.Done done) {
      return claim
          .settle(settlement)
          .handle(
              (nothing, failure) -> {
                if (failure == null) {
                  return CompletableFuture.completedStage(done.result());
                }
                // Somebody took the job over, or the ledger is closed: it is theirs to hand out.
                done.result().release();
                return CompletableFuture.<CvResult>failedStage(typed(Failures.cause(failure)));
              })
          .thenCompose(stage -> stage);
    }
    CvException reason = settlement.failure().orElseThrow();
    return claim
        .settle(settlement)
        .handle(
            (nothing, failure) -> {
              if (failure != null) {
                LOG.warn("The ledger did not note how a call ended", Failures.cause(failure));
              }
              return CompletableFuture.<CvResult>failedStage(reason);
            })
        .thenCompose(stage -> stage);
  }

  private <T> CompletionStage<T> failed(@Nullable Throwable failure) {
    CvException reason = typed(Failures.cause(requireNonNull(failure)));
    return settled(settlement(reason))
        .thenApply(
            nothing -> {
              throw new IllegalStateException("a failure has no result");
            });
  }

  private Settlement settlement(CvException reason) {
    if (!sent) {
      return new Settlement.NotSent(reason);
    }
    if (underWay) {
      return new Settlement.Parked(reason);
    }
    return switch (reason.getBilled()) {
      case "no" ->
          reason instanceof UnreachableException
              ? new Settlement.NotSent(reason)
              : new Settlement.Failed(reason);
      default -> new Settlement.Unknown(reason);
    };
  }

  /** What is no {@link CvException} is a fault of ours, of the ledger or of the disk. */
  private CvException typed(Throwable failure) {
    if (failure instanceof CvException typed) {
      return typed;
    }
    if (!sent) {
      return new UnreachableException(
          "the call was not sent: " + failure,
          new CvError(null, 0, null, "ledger", true, Billed.NO, null, "see the cause"),
          failure);
    }
    return new OutcomeUnknownException(
        "the answer could not be kept: " + failure,
        new CvError(null, 0, null, "spool", false, Billed.MAYBE, null, "check disk and memory"),
        failure);
  }

  private JobInProgressException underWay(String what) {
    return new JobInProgressException(
        reqKey + ": " + what + "; the job goes on when it is asked for again",
        new CvError(null, 0, null, "result", true, Billed.NO, null, "ask again later"),
        null);
  }

  private OutcomeUnknownException paidButGone(String requestId, Throwable failure) {
    String hint = "return_url=false brings the picture in the answer";
    return new OutcomeUnknownException(
        reqKey
            + ": the picture was made, but it cannot be fetched: "
            + Printable.shorten(String.valueOf(failure.getMessage()), 200)
            + "; "
            + hint,
        new CvError("10000", 200, id(requestId), "result URL", false, Billed.YES, null, hint),
        failure);
  }

  private EmptyResultException empty(Reply reply) {
    String hint = "look into the bill; ask the vendor with the request id";
    return new EmptyResultException(
        reqKey + ": the service says success and sent no picture; " + hint,
        new CvError("10000", 200, id(reply.requestId()), "answer", false, Billed.MAYBE, null, hint),
        null);
  }

  private static MalformedReplyException withoutTask(String action, Reply reply) {
    String hint = "look into the bill; ask the vendor with the request id";
    return new MalformedReplyException(
        action + ": the service says success and gave no task_id; " + hint,
        new CvError("10000", 200, id(reply.requestId()), "answer", false, Billed.MAYBE, null, hint),
        null);
  }

  private static @Nullable String id(String requestId) {
    return requestId.isEmpty() ? null : requestId;
  }
}
