package io.volccv.crash;

import io.volccv.ledger.WatchedLedger;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** Dies, or stands still, at one point of one job's way. */
final class Crash implements WatchedLedger.Watcher {

  /** How {@code kill -9} ends a process, as seen from outside. */
  static final int KILLED = 137;

  private final Point point;
  private final String job;
  private final int attempt;
  private final boolean stops;
  private final ReentrantLock transaction = new ReentrantLock();
  private boolean armed;
  private int commitsToCome;
  private boolean isTheOne;

  /**
   * @param job whose way it is
   * @param attempt which of its claims in this process, from 1
   * @param stops stops the process, to be continued by a signal, in place of killing it
   */
  Crash(Point point, String job, int attempt, boolean stops) {
    this.point = point;
    this.job = job;
    this.attempt = attempt;
    this.stops = stops;
  }

  boolean isAt(Point here, String of, int number) {
    return here == point && of.equals(job) && number == attempt;
  }

  void at(Point here, String of, int number) {
    if (isAt(here, of, number)) {
      die();
    }
  }

  /** Whatever job it is. */
  void at(Point here) {
    if (here == point) {
      die();
    }
  }

  /** After a moment, unless {@code over} says that the moment has passed. */
  void soon(Point here, String of, int number, long millis, BooleanSupplier over) {
    if (isAt(here, of, number)) {
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
          .execute(
              () -> {
                if (!over.getAsBoolean()) {
                  die();
                }
              });
    }
  }

  /** From now on the commit counts that changes the job's row as the point says. */
  synchronized void arm(Point before, Point after, String of, int number) {
    armed |= isAt(before, of, number) || isAt(after, of, number);
  }

  /** The next commit counts; what is old is forgotten with the first beat, which comes after it. */
  synchronized void armStart() {
    commitsToCome =
        switch (point) {
          case REAP_UNCOMMITTED, REAP_COMMITTED -> 1;
          case FORGETTING_UNCOMMITTED, FORGETTING_COMMITTED -> 2;
          default -> 0;
        };
  }

  @Override
  public void begin() {
    if (!transaction.isHeldByCurrentThread()) {
      transaction.lock();
    }
  }

  @Override
  public void rolledBack() {
    if (transaction.isHeldByCurrentThread()) {
      transaction.unlock();
    }
  }

  @Override
  public synchronized void beforeCommit(Connection connection) throws SQLException {
    isTheOne = armed ? changes(connection) : --commitsToCome == 0;
    dieIf("_UNCOMMITTED");
  }

  @Override
  public synchronized void afterCommit(Connection connection) {
    dieIf("_COMMITTED");
    isTheOne = false;
    transaction.unlock();
  }

  private boolean changes(Connection connection) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement("SELECT state FROM job WHERE label = ?")) {
      query.setString(1, job);
      try (ResultSet row = query.executeQuery()) {
        return row.next() && Scene.state(row.getInt(1)).equals(point.row());
      }
    }
  }

  private void dieIf(String suffix) {
    if (isTheOne && point.name().endsWith(suffix)) {
      armed = false;
      die();
    }
  }

  private void die() {
    if (!stops) {
      Runtime.getRuntime().halt(KILLED);
    }
    // Not with the database's lock in hand, which would stop the others too.
    transaction.lock();
    try {
      // The threads of a process go on for a moment after the signal: this one waits for its
      // effect.
      new ProcessBuilder(
              "sh",
              "-c",
              "kill -STOP $PPID; until grep -q '^State:.T' /proc/$PPID/status; do sleep 0.01; done")
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      transaction.unlock();
    }
  }
}
