package io.volccv.crash;

import io.volccv.ledger.WatchedLedger;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** Dies, or stands still, at one point of one job's way. */
final class Crash implements WatchedLedger.Watcher {

  /** How {@code kill -9} ends a process, as seen from outside. */
  static final int KILLED = 137;

  private final Point point;
  private final String job;
  private final int attempt;
  private final boolean stops;
  private BooleanSupplier armed = () -> false;
  private boolean inTurn;

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

  /** The commit of what is asked next counts, once {@code ready}. */
  synchronized void arm(Point before, Point after, String of, int number, BooleanSupplier ready) {
    if (isAt(before, of, number) || isAt(after, of, number)) {
      armed = ready;
    }
  }

  /** The next commit counts; what is old is forgotten with the first beat, which comes after it. */
  synchronized void armStart() {
    if (point == Point.REAP_UNCOMMITTED || point == Point.REAP_COMMITTED) {
      armed = () -> true;
    }
    if (point == Point.FORGETTING_UNCOMMITTED || point == Point.FORGETTING_COMMITTED) {
      AtomicInteger before = new AtomicInteger(1);
      armed = () -> before.getAndDecrement() <= 0;
    }
  }

  @Override
  public synchronized void begin() {
    inTurn = armed.getAsBoolean();
  }

  @Override
  public synchronized void beforeCommit() {
    if (inTurn && point.name().endsWith("_UNCOMMITTED")) {
      disarm();
      die();
    }
  }

  @Override
  public synchronized void afterCommit() {
    if (inTurn && point.name().endsWith("_COMMITTED")) {
      disarm();
      die();
    }
  }

  private void disarm() {
    armed = () -> false;
  }

  private void die() {
    if (!stops) {
      Runtime.getRuntime().halt(KILLED);
    }
    try {
      String self = String.valueOf(ProcessHandle.current().pid());
      new ProcessBuilder("kill", "-STOP", self).start().waitFor();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
