package io.volccv.bench.client;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** A number of calls that several workers share, and how long each took. */
public final class Calls {

  private final long[] nanos;
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger ended = new AtomicInteger();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final CountDownLatch end;

  public Calls(int count) {
    this.nanos = new long[count];
    this.end = new CountDownLatch(count);
  }

  /** Whether there is one more to be made. */
  public boolean begin() {
    return begun.getAndIncrement() < nanos.length;
  }

  /** One is done that began at {@code System.nanoTime()}. */
  public void end(long start) {
    nanos[ended.getAndIncrement()] = System.nanoTime() - start;
    end.countDown();
  }

  /** One failed, and so all do: what fails is not measured. */
  public void fail(Throwable reason) {
    failure.compareAndSet(null, reason);
    while (end.getCount() > 0) {
      end.countDown();
    }
  }

  /** How long each took, after all of them are done. */
  public long[] await() throws InterruptedException {
    end.await();
    if (failure.get() != null) {
      throw new IllegalStateException("a call failed", failure.get());
    }
    return nanos;
  }
}
