package io.volccv.crash;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.Failures;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.ledger.Ledger;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.CvTask;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;

/** A ledger around another one: dies between its steps, and makes the mistakes of a control. */
final class CrashLedger implements Ledger {

  private static final long MOMENT_MILLIS = 300;
  private static final long LATE_MILLIS = 500;

  @SuppressWarnings("StaticAssignmentOfThrowable") // nobody looks where it came from
  private static final OutcomeUnknownException UNKNOWN =
      new OutcomeUnknownException(
          "who knows", new CvError(null, 0, null, "answer", false, Billed.MAYBE, null, ""), null);

  private final Ledger inner;
  private final Path kept;
  private final Crash crash;
  private final Control control;
  private final Map<String, Integer> attempts = new ConcurrentHashMap<>();

  CrashLedger(Ledger inner, Path kept, Crash crash, Control control) {
    this.inner = inner;
    this.kept = kept;
    this.crash = crash;
    this.control = control;
  }

  @Override
  public void start() {
    crash.armStart();
    inner.start();
  }

  @Override
  public boolean isDurable() {
    return inner.isDurable();
  }

  @Override
  public int processes() {
    return inner.processes();
  }

  @Override
  public CompletionStage<Void> recover(Function<Claim, CompletionStage<Void>> resume) {
    return inner.recover(
        claim -> {
          crash.at(Point.RESUMED);
          return resume.apply(claim);
        });
  }

  @Override
  public CompletionStage<Admission> claim(Wish wish) {
    String job = wish.jobKey().orElse("");
    int attempt = attempts.merge(job, 1, Integer::sum);
    crash.at(Point.BEFORE_CLAIM, job, attempt);
    crash.arm(Point.CLAIM_UNCOMMITTED, Point.CLAIM_COMMITTED, job, attempt);
    CompletableFuture<Admission> admission = claimed(wish).toCompletableFuture();
    crash.soon(Point.WAITING, job, attempt, MOMENT_MILLIS, admission::isDone);
    return admission.thenApply(
        given -> {
          if (!(given instanceof Claim claim)) {
            return given;
          }
          crash.at(Point.CLAIMED, job, attempt);
          return new CrashClaim(claim, job, attempt);
        });
  }

  private CompletionStage<Admission> claimed(Wish wish) {
    if (control != Control.UNKNOWN_IS_SENT_AGAIN) {
      return inner.claim(wish);
    }
    return inner
        .claim(wish)
        .exceptionallyCompose(
            failure ->
                Failures.cause(failure) instanceof OutcomeUnknownException
                    ? inner.claim(again(wish))
                    : CompletableFuture.failedFuture(failure));
  }

  private static Wish again(Wish wish) {
    return new Wish(
        wish.jobKey().map(key -> key + " again"),
        wish.reqKey(),
        wish.fingerprint(),
        wish.worstCase(),
        wish.maxImages());
  }

  @Override
  public CompletionStage<Optional<Admission>> claimTask(String taskId) {
    return inner.claimTask(taskId);
  }

  @Override
  public CompletionStage<Void> delivered(String jobKey, String sink) {
    return inner.delivered(jobKey, sink);
  }

  @Override
  public CompletionStage<Void> delivered(String jobKey) {
    int attempt = attempts.getOrDefault(jobKey, 1);
    crash.at(Point.SUNK, jobKey, attempt);
    crash.arm(Point.MARK_UNCOMMITTED, Point.MARK_COMMITTED, jobKey, attempt);
    return inner.delivered(jobKey);
  }

  int attempt(String jobKey) {
    return attempts.getOrDefault(jobKey, 1);
  }

  @Override
  public void close() {
    inner.close();
  }

  private final class CrashClaim implements Claim {

    private final Claim claim;
    private final String job;
    private final int attempt;
    private final AtomicBoolean told = new AtomicBoolean();

    CrashClaim(Claim claim, String job, int attempt) {
      this.claim = claim;
      this.job = job;
      this.attempt = attempt;
    }

    @Override
    public Progress progress() {
      return claim.progress();
    }

    @Override
    public CompletionStage<Void> sent() {
      crash.at(Point.UPLOADED, job, attempt);
      markForTraces();
      crash.soon(Point.IN_FLIGHT, job, attempt, MOMENT_MILLIS, () -> false);
      if (control == Control.SENT_AFTER_THE_SEND) {
        return CompletableFuture.completedFuture(null);
      }
      if (control == Control.COMMITS_COME_LATE) {
        CompletableFuture.delayedExecutor(LATE_MILLIS, TimeUnit.MILLISECONDS).execute(claim::sent);
        return CompletableFuture.completedFuture(null);
      }
      arm(Point.SENT_UNCOMMITTED, Point.SENT_COMMITTED);
      return claim.sent().thenRun(() -> crash.at(Point.SENT, job, attempt));
    }

    @Override
    public CompletionStage<Void> task(CvTask task) {
      crash.at(Point.TASK_GIVEN, job, attempt);
      arm(Point.TASK_UNCOMMITTED, Point.TASK_COMMITTED);
      return sentLate(() -> claim.task(task)).thenRun(() -> crash.at(Point.POLLING, job, attempt));
    }

    @Override
    public CompletionStage<Void> answered(Progress.Answered answer) {
      crash.at(Point.ANSWER_GIVEN, job, attempt);
      arm(Point.ANSWER_UNCOMMITTED, Point.ANSWER_COMMITTED);
      return sentLate(() -> claim.answered(answer))
          .thenRun(() -> crash.at(Point.FETCHING, job, attempt));
    }

    @Override
    public CompletionStage<Void> settle(Settlement settlement) {
      if (!(settlement instanceof Settlement.Done done)) {
        return sentLate(() -> claim.settle(settlement));
      }
      crash.at(Point.RESULT, job, attempt);
      if (control == Control.EVERYTHING_IS_UNKNOWN) {
        return claim.settle(new Settlement.Unknown(UNKNOWN));
      }
      if (control == Control.SETTLED_BEFORE_THE_SPOOL) {
        return settledEmpty(done.result());
      }
      if (crash.isAt(Point.KEEPING, job, attempt)) {
        return claim.settle(new Settlement.Done(deadly(done.result())));
      }
      arm(Point.RESULT_UNCOMMITTED, Point.RESULT_COMMITTED);
      return sentLate(() -> claim.settle(settlement));
    }

    /** A system call by which a trace tells where it is. */
    private void markForTraces() {
      if (Files.exists(kept.resolve("asks about " + job))) {
        throw new IllegalStateException("nobody writes such a file");
      }
    }

    private void arm(Point before, Point after) {
      crash.arm(before, after, job, attempt);
    }

    /** The control: the row learns of the send when there is an answer. */
    private CompletionStage<Void> sentLate(Supplier<CompletionStage<Void>> then) {
      return control == Control.SENT_AFTER_THE_SEND && !told.getAndSet(true)
          ? claim.sent().thenCompose(nothing -> then.get())
          : then.get();
    }

    /** The control: the row says done before the pictures are kept. */
    private CompletionStage<Void> settledEmpty(CvResult result) {
      CvResult nothing = withImages(result, List.of());
      return claim
          .settle(new Settlement.Done(nothing))
          .thenRun(() -> crash.at(Point.KEEPING, job, attempt));
    }

    private CvResult deadly(CvResult result) {
      List<CvImage> images = new ArrayList<>();
      for (CvImage image : result.images()) {
        images.add(new CvImage(image.format(), new Deadly(image.stored(), this)));
      }
      return withImages(result, images);
    }

    private static CvResult withImages(CvResult result, List<CvImage> images) {
      return new CvResult(
          result.reqKey(),
          result.requestId(),
          images,
          result.fields(),
          result.seed(),
          result.cost());
    }

    void keeping() {
      crash.at(Point.KEEPING, job, attempt);
    }
  }

  /** A picture that kills who keeps it. */
  private record Deadly(Spool.Stored stored, CrashClaim claim) implements Spool.Stored {
    @Override
    public long length() {
      return stored.length();
    }

    @Override
    public ReadableByteChannel open() throws IOException {
      claim.keeping();
      return stored.open();
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public Spool.Stored share() {
      return new Deadly(stored.share(), claim);
    }

    @Override
    public void release() {
      stored.release();
    }
  }
}
