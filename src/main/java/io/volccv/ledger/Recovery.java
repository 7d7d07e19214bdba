package io.volccv.ledger;

import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Progress;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Goes on with tasks and answers that nobody works on: their results are paid, and die at the
 * service after hours, while the source that asked for them may come to its turn much later or
 * never.
 */
final class Recovery implements LedgerThread.Part {

  private final Claims claims;
  private final Claims.Desk desk;
  private final Executor answers;
  private final List<Runnable> adopted = new ArrayList<>();
  private final List<CompletableFuture<Void>> looks = new ArrayList<>();
  private @Nullable Function<Claim, CompletionStage<Void>> resume;
  private @Nullable CompletableFuture<Void> first;

  Recovery(Claims claims, Claims.Desk desk, Executor answers) {
    this.claims = claims;
    this.desk = desk;
    this.answers = answers;
  }

  /** From now on what is found goes to {@code resume}; on the ledger's thread. */
  CompletableFuture<Void> begin(Turn turn, Function<Claim, CompletionStage<Void>> resume)
      throws SQLException {
    this.resume = resume;
    this.first = new CompletableFuture<>();
    adopt(turn, 0);
    return first;
  }

  /**
   * @param leftAlone how long they must have been left alone, in microseconds
   */
  void adopt(Turn turn, long leftAlone) throws SQLException {
    Function<Claim, CompletionStage<Void>> handler = resume;
    if (handler == null) {
      return;
    }
    for (JobRow row : turn.jobs().ownerless(leftAlone)) {
      long token = desk.newToken();
      if (claims.isRunning(row.key()) || !turn.jobs().adopt(row, token, desk.owner())) {
        continue;
      }
      Progress progress = Claims.progress(row);
      adopted.add(
          () -> {
            claims.begun(row.key(), row.fingerprint());
            Claim claim = desk.begun(row, token, progress);
            CompletableFuture<Void> looked = new CompletableFuture<>();
            looks.add(looked);
            answers.execute(
                () ->
                    handler.apply(claim).whenComplete((nothing, failure) -> looked.complete(null)));
          });
    }
  }

  @Override
  public boolean isDue(long nanos) {
    return false;
  }

  @Override
  public long waitNanos(long nanos) {
    return Long.MAX_VALUE;
  }

  @Override
  public void run(Turn turn) {
    // It is asked for with each beat, and at the beginning.
  }

  @Override
  public void committed() {
    adopted.forEach(Runnable::run);
    adopted.clear();
    CompletableFuture<Void> begun = first;
    if (begun != null) {
      first = null;
      CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
          .whenComplete((nothing, failure) -> begun.complete(null));
    }
    looks.clear();
  }

  @Override
  public void rolledBack() {
    adopted.clear();
  }
}
