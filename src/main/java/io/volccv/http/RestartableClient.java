package io.volccv.http;

import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.TimeValue;

/**
 * A client that is made again when its I/O thread has died, as it does of an {@link
 * OutOfMemoryError}: else every later call would be unreachable for ever.
 */
final class RestartableClient implements AutoCloseable {

  /** How long open connections may take to end in peace. */
  private static final TimeValue CLOSE_WAIT = TimeValue.ofMilliseconds(500);

  private final Supplier<CloseableHttpAsyncClient> factory;
  private CloseableHttpAsyncClient client;
  private boolean closed;

  RestartableClient(Supplier<CloseableHttpAsyncClient> factory) {
    this.factory = factory;
    this.client = started(factory);
  }

  private static CloseableHttpAsyncClient started(Supplier<CloseableHttpAsyncClient> factory) {
    CloseableHttpAsyncClient client = factory.get();
    client.start();
    return client;
  }

  /** A client that works; after {@link #close()} one that refuses. */
  synchronized CloseableHttpAsyncClient get() {
    if (!closed && client.getStatus() == IOReactorStatus.SHUT_DOWN) {
      client.close(CloseMode.IMMEDIATE);
      client = started(factory);
    }
    return client;
  }

  /** In peace first: an immediate close trips over HttpCore's own clean-up, which then logs it. */
  @Override
  public synchronized void close() {
    closed = true;
    client.initiateShutdown();
    try {
      client.awaitShutdown(CLOSE_WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close(CloseMode.IMMEDIATE);
  }
}
