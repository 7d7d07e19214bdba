package io.volccv.sandbox;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The right to be worked on, until it is given back; giving it back twice is once. */
final class Permit {
  private final AtomicReference<@Nullable Runnable> back;

  private Permit(@Nullable Runnable back) {
    this.back = new AtomicReference<>(back);
  }

  static Permit of(Runnable back) {
    return new Permit(back);
  }

  /** Of a call that the quota does not count. */
  static Permit none() {
    return new Permit(null);
  }

  void leave() {
    Runnable once = back.getAndSet(null);
    if (once != null) {
      once.run();
    }
  }
}
