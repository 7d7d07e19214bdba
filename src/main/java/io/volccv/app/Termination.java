package io.volccv.app;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish of the outside world that the app ends (SIGTERM, Ctrl-C), and the promise that the
 * process waits until it has.
 */
final class Termination {
  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean clean = true;

  Termination() {}

  /** One that listens to the signals of this process. */
  static Termination onSignal() {
    Termination termination = new Termination();
    Runtime.getRuntime().addShutdownHook(new Thread(termination::drain, "volccv-shutdown"));
    return termination;
  }

  private void drain() {
    requested.countDown();
    try {
      finished.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!clean) {
      // The JVM is on its way out with 143 and System.exit is too late; nobody may read that as a
      // clean end.
      Runtime.getRuntime().halt(ExitCode.JOBS_FAILED);
    }
  }

  void request() {
    requested.countDown();
  }

  boolean isRequested() {
    return requested.getCount() == 0;
  }

  void await() throws InterruptedException {
    requested.await();
  }

  /** Waits for the wish, but no longer than so. */
  boolean await(Duration atMost) throws InterruptedException {
    return requested.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Work was cut off; the exit code must tell. */
  void unclean() {
    clean = false;
  }

  /** Nothing is left to do: the process may go. */
  void finished() {
    finished.countDown();
  }
}
