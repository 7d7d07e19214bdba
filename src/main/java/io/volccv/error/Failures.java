package io.volccv.error;

import java.util.concurrent.CompletionException;

/** What stages and futures wrap around a failure, taken off again. */
public final class Failures {

  private Failures() {}

  /** The failure itself, without the {@link CompletionException}s around it. */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
