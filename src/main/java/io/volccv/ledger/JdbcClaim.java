package io.volccv.ledger;

import io.volccv.ledger.Ledger.Progress;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.model.CvTask;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The right to work on one job. */
final class JdbcClaim implements Ledger.Claim {

  private static final long SENT_MILLIS = 5_000;

  private final Supplier<JdbcLedger.Open> ledger;
  private final long owner;
  private final byte[] key;
  private final long token;
  private final String label;
  private final Progress progress;
  private final Settling settling;

  /**
   * @param ledger that is open: a call may outlive a restart
   * @param owner the process that works on it
   * @param token of this attempt: every write names it
   * @param label the job's name for people
   * @param progress how far an earlier process had come
   */
  JdbcClaim(
      Supplier<JdbcLedger.Open> ledger,
      long owner,
      byte[] key,
      long token,
      String label,
      Progress progress,
      Settling settling) {
    this.ledger = ledger;
    this.owner = owner;
    this.key = key;
    this.token = token;
    this.label = label;
    this.progress = progress;
    this.settling = settling;
  }

  @Override
  public Progress progress() {
    return progress;
  }

  @Override
  public CompletionStage<Void> sent() {
    return ledger
        .get()
        .thread()
        .ask(turn -> turn.jobs().sent(key, token), SENT_MILLIS)
        .handle(
            (ours, failure) -> {
              if (failure != null) {
                throw Refusals.unavailable(failure);
              }
              if (!ours) {
                throw Refusals.fenced(label);
              }
              return null;
            });
  }

  @Override
  public CompletionStage<Void> task(CvTask task) {
    String note = Notes.of(task);
    long deadline = task.deadline().toEpochMilli();
    return ours(turn -> turn.jobs().task(key, token, task.taskId(), deadline, note, owner));
  }

  @Override
  public CompletionStage<Void> answered(Progress.Answered answer) {
    String note = Notes.of(answer);
    long deadline = answer.deadline().toEpochMilli();
    return ours(turn -> turn.jobs().answered(key, token, deadline, note, owner));
  }

  private CompletionStage<Void> ours(LedgerThread.Work<Boolean> work) {
    return ledger
        .get()
        .thread()
        .ask(work)
        .thenAccept(
            ours -> {
              if (!ours) {
                throw Refusals.elsewhere(label);
              }
            });
  }

  @Override
  public CompletionStage<Void> settle(Settlement settlement) {
    if (settlement instanceof Settlement.Done done && settling.isProtected()) {
      return ledger
          .get()
          .keeping()
          .keep(key, token, label, done.result())
          .thenCompose(nothing -> write(settlement));
    }
    return write(settlement);
  }

  private CompletionStage<Void> write(Settlement settlement) {
    CompletableFuture<Void> ended = new CompletableFuture<>();
    JdbcLedger.Open now = ledger.get();
    now.thread()
        .ask(key, turn -> settling.write(turn, settlement))
        .whenComplete(
            (ours, failure) -> {
              now.claims().end(key, settlement);
              if (failure != null) {
                ended.completeExceptionally(failure);
              } else if (!ours) {
                ended.completeExceptionally(Refusals.elsewhere(label));
              } else {
                ended.complete(null);
              }
            });
    return ended;
  }
}
