package io.volccv.http;

import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;
import org.jspecify.annotations.Nullable;

/**
 * A client that is made when it is first needed, since its threads are, and again when one of its
 * I/O threads has died, as it does of an {@link OutOfMemoryError}: HttpClient then connects no
 * more, and every later call would be unreachable for ever.
 */
final class RestartableClient implements AutoCloseable {

  /** How long open connections may take to end in peace. */
  private static final TimeValue CLOSE_WAIT = TimeValue.ofMilliseconds(500);

  private final Supplier<CloseableHttpAsyncClient> factory;
  private @Nullable CloseableHttpAsyncClient client;
  private boolean closed;

  RestartableClient(Supplier<CloseableHttpAsyncClient> factory) {
    this.factory = factory;
  }

  /** A client that works; after {@link #close()} one that refuses. */
  synchronized CloseableHttpAsyncClient get() {
    CloseableHttpAsyncClient usable = client;
    if (usable != null && !closed && usable.getStatus().compareTo(IOReactorStatus.ACTIVE) > 0) {
      // Not at once: on its other thread may be calls under way.
      usable.initiateShutdown();
      usable = null;
    }
    if (usable == null) {
      usable = factory.get();
      client = usable;
      if (!closed) {
        usable.start();
      }
    }
    return usable;
  }

  /** In peace first: an immediate close trips over HttpCore's own clean-up, which then logs it. */
  @Override
  public synchronized void close() {
    closed = true;
    CloseableHttpAsyncClient last = client;
    if (last == null) {
      return;
    }
    last.initiateShutdown();
    try {
      last.awaitShutdown(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    last.close(CloseMode.IMMEDIATE);
  }
}
