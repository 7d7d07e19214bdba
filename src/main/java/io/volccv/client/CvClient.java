package io.volccv.client;

import static java.util.Objects.requireNonNull;

import io.volccv.ledger.Ledger;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Kept;
import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.CvRequest;
import io.volccv.model.CvResult;
import io.volccv.model.CvTask;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole way of a wish, usable without Camel: check, claim, sign, send once, read, fetch,
 * settle. Holds no thread while it waits.
 *
 * <p>Stages complete on one of the {@link CallThreads}, which must not be kept; they fail with a
 * {@code CvException}, and then hold no pictures.
 */
public final class CvClient {

  private static final Logger LOG = LoggerFactory.getLogger(CvClient.class);

  /**
   * What does not change from call to call.
   *
   * @param baseUrl the API with its path
   * @param connectTimeout for connection and TLS
   * @param responseTimeout from the last block of the request to the end of the answer
   * @param proxy an HTTP proxy, else null
   * @param sslContext keys and trust, null for Java's own
   * @param validate whether a request is checked against the model data before it is sent
   * @param download whether results that come as URLs are fetched
   * @param maxReplyBytes how long an answer, and each fetched result, may be
   * @param pair how {@link #generate} submits tasks, also of models that are not known to have
   *     them; empty chooses by the model
   * @param pollInterval between queries for a task's result; zero chooses by the model
   * @param pollTimeout how long a call waits for its task; zero as long as the task lives
   */
  public record Settings(
      URI baseUrl,
      Duration connectTimeout,
      Duration responseTimeout,
      @Nullable URI proxy,
      @Nullable SSLContext sslContext,
      boolean validate,
      boolean download,
      long maxReplyBytes,
      Optional<CvTask.Pair> pair,
      Duration pollInterval,
      Duration pollTimeout) {
    public Settings {
      requireNonNull(baseUrl, "baseUrl is null");
      requireNonNull(pair, "pair is null");
    }
  }

  private final Settings settings;
  private final ModelCatalog models;
  private final Ledger ledger;
  private final Api api;
  private final JobRun.Tools tools;
  private final Supplier<CompletionStage<Void>> recovered;

  /**
   * @param recovered completes when what an earlier life left has been looked at: its results may
   *     die while new wishes wait their turn
   */
  CvClient(
      Settings settings,
      ModelCatalog models,
      Ledger ledger,
      Api api,
      JobRun.Tools tools,
      Supplier<CompletionStage<Void>> recovered) {
    this.settings = settings;
    this.models = models;
    this.ledger = ledger;
    this.api = api;
    this.tools = tools;
    this.recovered = recovered;
  }

  /**
   * Calls {@code CVProcess} once.
   *
   * @see <a href="https://www.volcengine.com/docs/6791/1347773">CVProcess</a>
   */
  public CompletionStage<CvOutcome> process(CvRequest request) {
    return call(request, Optional.empty());
  }

  /**
   * Calls what suits the model, once: a task where the model has them, since a process that dies
   * then loses nothing, else {@code CVProcess}.
   */
  public CompletionStage<CvOutcome> generate(CvRequest request) {
    return call(request, settings.pair().or(models.get(request.reqKey())::pair));
  }

  private CompletionStage<CvOutcome> call(CvRequest request, Optional<CvTask.Pair> pair) {
    return counted(
        () ->
            claimed(request, pair)
                .thenCompose(
                    admission ->
                        admission instanceof Claim claim
                            ? run(claim, request.reqKey())
                                .run(request, pair)
                                .thenApply(CvOutcome::of)
                            : CompletableFuture.completedStage(outcome(admission))));
  }

  /**
   * Submits a task and does not wait for it.
   *
   * @return a result without pictures, whose {@code task_id} asks for them; with the pictures when
   *     the job is done already
   */
  public CompletionStage<CvOutcome> submit(CvRequest request) {
    CvTask.Pair pair =
        settings.pair().or(models.get(request.reqKey())::pair).orElse(CvTask.Pair.SYNC2ASYNC);
    return counted(
        () ->
            claimed(request, Optional.of(pair))
                .thenCompose(
                    admission ->
                        admission instanceof Claim claim
                            ? submit(claim, request, pair)
                            : CompletableFuture.completedStage(outcome(admission))));
  }

  /** A job that was answered before has nothing to submit any more, but a result to fetch. */
  private CompletionStage<CvOutcome> submit(Claim claim, CvRequest request, CvTask.Pair pair) {
    JobRun run = run(claim, request.reqKey());
    return claim.progress() instanceof Progress.Answered
        ? run.resume().thenApply(CvOutcome::of)
        : run.submit(request, pair).thenApply(task -> CvOutcome.of(withoutPictures(task)));
  }

  private static CvResult withoutPictures(CvTask task) {
    return new CvResult(
        task.reqKey(),
        "",
        List.of(),
        Map.of("task_id", task.taskId()),
        Optional.empty(),
        Optional.empty());
  }

  /**
   * Asks for a task's result, once.
   *
   * @param request what it was submitted with, as far as it says what the answer should be like
   * @return the pictures; without pictures, and with the task's {@code status}, when it is not
   *     finished
   */
  public CompletionStage<CvOutcome> result(CvRequest request, String taskId) {
    return counted(
        () ->
            ledger
                .claimTask(taskId)
                .thenCompose(
                    admission -> {
                      Admission ours =
                          admission.orElseGet(() -> new UnrecordedClaim(task(request, taskId)));
                      return ours instanceof Claim claim
                          ? run(claim, request.reqKey()).askOnce().thenApply(CvOutcome::of)
                          : CompletableFuture.completedStage(outcome(ours));
                    }));
  }

  /**
   * Cancels a task that is still in the queue; one that runs already cannot be.
   *
   * @return a result without pictures
   * @see <a href="https://www.volcengine.com/docs/85621/1817045">CVCancelTask, 2024-06-06</a>
   */
  public CompletionStage<CvOutcome> cancel(CvRequest request, String taskId) {
    CvTask task = task(request, taskId).task();
    tools.cancelled().add(taskId);
    return counted(
        () ->
            api.free("CVCancelTask", request.reqKey(), () -> TaskRequests.cancel(task))
                .whenComplete(
                    (reply, failure) -> {
                      if (failure != null) {
                        tools.cancelled().remove(taskId);
                      }
                    })
                .thenCompose(reply -> ledger.claimTask(taskId))
                .thenCompose(
                    admission ->
                        admission.orElse(null) instanceof Claim claim
                            ? claim.settle(new Settlement.NotSent(JobRun.cancelled(taskId)))
                            : CompletableFuture.<Void>completedStage(null))
                .thenApply(nothing -> CvOutcome.of(withoutPictures(task))));
  }

  private Progress.Task task(CvRequest request, String taskId) {
    return new Progress.Task(
        new CvTask(
            request.reqKey(),
            taskId,
            settings.pair().or(models.get(request.reqKey())::pair).orElse(CvTask.Pair.SYNC2ASYNC),
            TaskRequests.reqJson(request),
            tools.clock().instant()));
  }

  private CompletionStage<CvOutcome> counted(Supplier<CompletionStage<CvOutcome>> call) {
    if (!tools.calls().begin()) {
      return CompletableFuture.failedFuture(OpenCalls.ended());
    }
    return CompletableFuture.completedStage(null)
        .thenCompose(nothing -> call.get())
        .whenComplete((outcome, failure) -> tools.calls().end());
  }

  private CompletionStage<Admission> claimed(CvRequest request, Optional<CvTask.Pair> pair) {
    Wish wish = checked(request, pair);
    return recovered.get().thenCompose(nothing -> ledger.claim(wish));
  }

  private Wish checked(CvRequest request, Optional<CvTask.Pair> pair) {
    ModelSpec model = models.get(request.reqKey());
    if (settings.validate()) {
      new RequestCheck(model, request).run(pair.isPresent());
    }
    int images = model.maxImages(request);
    return new Wish(
        request.jobKey(),
        request.reqKey(),
        Fingerprint.of(request),
        model.cost(images),
        images,
        request.route());
  }

  private static CvOutcome outcome(Admission admission) {
    if (admission instanceof Kept kept) {
      return new CvOutcome(Optional.of(kept.result()), kept.delivered(), Optional.empty());
    }
    Ledger.Duplicate duplicate = (Ledger.Duplicate) admission;
    return new CvOutcome(Optional.empty(), Set.of(), Optional.of(duplicate.at()));
  }

  private JobRun run(Claim claim, String reqKey) {
    return new JobRun(tools, claim, reqKey, models.get(reqKey));
  }

  /**
   * Goes on with a job that nobody works on; its result is kept for whoever asks for it.
   *
   * @return completes when it was looked at once
   */
  CompletionStage<Void> resume(Claim claim) {
    if (!tools.calls().begin()) {
      return claim.settle(new Settlement.Parked(OpenCalls.ended()));
    }
    String reqKey =
        claim.progress() instanceof Progress.Task task
            ? task.task().reqKey()
            : ((Progress.Answered) claim.progress()).reqKey();
    JobRun run = run(claim, reqKey);
    run.resume()
        .whenComplete(
            (result, failure) -> {
              tools.calls().end();
              if (failure != null) {
                LOG.info("A job from before is not done: {}", failure.getMessage());
              } else {
                LOG.info("A job from before is done, and kept until it is asked for");
                result.release();
              }
            });
    return run.looked();
  }
}
