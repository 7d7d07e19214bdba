package io.volccv.service;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;

/**
 * Hangs up on clients that send or take so little that they only hold a connection. Jetty's idle
 * timeout is no help: one byte every few seconds is not idle, and its minimum data rate looks at
 * bodies, but not at headers and handshakes.
 */
final class SlowClients extends AbstractLifeCycle implements Connection.Listener {

  /** What a connection is doing, and how much had passed when it began to. */
  private record Phase(boolean isWorking, long since, long bytes) {}

  private final Map<Connection, Phase> phases = new ConcurrentHashMap<>();
  private final long graceNanos;
  private final long bytesPerSecond;
  private final LongSupplier nanoTime;
  private ScheduledExecutorService clock;

  /**
   * @param graceMillis how long anybody may take
   * @param bytesPerSecond after that, on average, in both directions together
   */
  SlowClients(long graceMillis, long bytesPerSecond, LongSupplier nanoTime) {
    this.graceNanos = TimeUnit.MILLISECONDS.toNanos(graceMillis);
    this.bytesPerSecond = bytesPerSecond;
    this.nanoTime = nanoTime;
  }

  @Override
  protected void doStart() {
    clock =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "volccv-http-clock");
              thread.setDaemon(true);
              return thread;
            });
    clock.scheduleWithFixedDelay(this::hangUp, 500, 500, TimeUnit.MILLISECONDS);
  }

  @Override
  protected void doStop() {
    clock.shutdownNow();
  }

  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof SslConnection)) { // the one inside counts
      moves(connection);
    }
  }

  @Override
  public void onClosed(Connection connection) {
    phases.remove(connection);
  }

  /** From here on the client is expected to send, or to take. */
  void moves(Connection connection) {
    phases.put(connection, new Phase(false, nanoTime.getAsLong(), bytes(connection)));
  }

  /** From here on it is up to us. */
  void works(Connection connection) {
    phases.computeIfPresent(connection, (key, before) -> new Phase(true, 0, 0));
  }

  private void hangUp() {
    long now = nanoTime.getAsLong();
    phases.forEach(
        (connection, phase) -> {
          long late = now - phase.since() - graceNanos;
          long moved = bytes(connection) - phase.bytes();
          if (!phase.isWorking() && late > 0 && moved < bytesPerSecond * (late / 1e9)) {
            phases.remove(connection);
            connection.getEndPoint().close();
          }
        });
  }

  private static long bytes(Connection connection) {
    return connection.getBytesIn() + connection.getBytesOut();
  }
}
