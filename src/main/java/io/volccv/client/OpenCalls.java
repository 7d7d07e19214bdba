package io.volccv.client;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.UnreachableException;
import java.time.Duration;

/** Counts the calls under way, so that an end lets each of them come to its own. */
final class OpenCalls {

  private int open;
  private boolean closed;

  /** Counts one more, unless all is ending. */
  synchronized boolean begin() {
    if (closed) {
      return false;
    }
    open++;
    return true;
  }

  synchronized void end() {
    open--;
    notifyAll();
  }

  /** From now on no call begins, and those that are not yet sent are not sent. */
  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }

  /** Waits until no call is under way, or the time is over, or the thread is interrupted. */
  synchronized void awaitEnd(Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    try {
      for (long left = time.toMillis(); open > 0 && left > 0; ) {
        wait(left);
        left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What a call that cannot begin any more ends with. */
  static UnreachableException ended() {
    return new UnreachableException(
        "the call was not sent: the component is stopping",
        new CvError(null, 0, null, "stop", true, Billed.NO, null, "try again after the restart"),
        null);
  }
}
