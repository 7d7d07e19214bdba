package io.volccv.bench.client;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * All the same work with nothing in between: a socket, a buffer, a thread for each call. What it
 * takes is the limit for every client in Java.
 */
public final class RawClient implements Client {

  private final Target target;
  private final AtomicInteger names = new AtomicInteger();

  /** Free ones, kept from run to run as every client keeps them. */
  private final Queue<RawConnection> connections = new ConcurrentLinkedQueue<>();

  public RawClient(Target target) {
    this.target = target;
  }

  @Override
  public boolean isBlocking() {
    return true;
  }

  @Override
  public void work(Auth auth, Calls calls) {
    try {
      while (calls.begin()) {
        long start = System.nanoTime();
        RawConnection free = connections.poll();
        RawConnection connection = free == null ? new RawConnection(target, names) : free;
        connection.call(auth);
        connections.add(connection);
        calls.end(start);
      }
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      calls.fail(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (RawConnection connection : connections) {
      connection.close();
    }
  }
}
