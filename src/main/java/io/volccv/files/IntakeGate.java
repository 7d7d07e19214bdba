package io.volccv.files;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.RouteAware;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a source from reading ahead: lets it poll only while fewer than {@code limit} exchanges of
 * its route are in flight. For the option {@code pollStrategy} of a file, FTP or other polling
 * source; one bean per source. At most {@code limit} and one batch ({@code maxMessagesPerPoll}) are
 * in flight.
 *
 * <p>Needed because an asynchronous route has no back-pressure: without it a folder of 100,000
 * files is 100,000 exchanges in memory.
 */
public final class IntakeGate implements Intake, PollingConsumerPollStrategy {

  private static final Logger LOG = LoggerFactory.getLogger(IntakeGate.class);

  private final LongSupplier nanoTime;
  private int limit = 256;
  private Duration rest = Duration.ofMinutes(1);
  private @Nullable IntSupplier counted;

  // Guarded by this. Nanoseconds; null when it does not apply.
  private @Nullable Long idleSince;
  private @Nullable Long restUntil;

  public IntakeGate() {
    this(System::nanoTime);
  }

  IntakeGate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** In-flight exchanges of the route at which polling stops. */
  public void setLimit(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("limit is " + limit + "; it must be at least 1");
    }
    this.limit = limit;
  }

  /** What is in flight, of a source whose route hands its exchanges over to another one. */
  void count(IntSupplier inFlight) {
    this.counted = inFlight;
  }

  /** How long {@link #rest()} closes the gate, in milliseconds. */
  public void setRestMillis(long millis) {
    this.rest = Duration.ofMillis(millis);
  }

  /** Closes the gate for a while. */
  @Override
  public synchronized void rest() {
    restUntil = nanoTime.getAsLong() + rest.toNanos();
    idleSince = null;
  }

  /**
   * Whether the source had nothing to do for at least {@code time}: all polls of that time came
   * back empty with nothing in flight. A file that is still being written counts as nothing.
   */
  @Override
  public synchronized boolean isIdleFor(Duration time) {
    return idleSince != null && nanoTime.getAsLong() - idleSince >= time.toNanos();
  }

  @Override
  public boolean begin(Consumer consumer, Endpoint endpoint) {
    boolean open = !resting() && inFlight(consumer, endpoint) < limit;
    if (!open) {
      synchronized (this) {
        idleSince = null;
      }
    }
    return open;
  }

  @Override
  public void commit(Consumer consumer, Endpoint endpoint, int polledMessages) {
    boolean idle = polledMessages == 0 && inFlight(consumer, endpoint) == 0;
    synchronized (this) {
      if (!idle) {
        idleSince = null;
      } else if (idleSince == null) {
        idleSince = nanoTime.getAsLong();
      }
    }
  }

  /** A poll that failed has not shown that there is nothing to do. */
  synchronized void notIdle() {
    idleSince = null;
  }

  @Override
  public boolean rollback(Consumer consumer, Endpoint endpoint, int retryCounter, Exception cause) {
    notIdle();
    LOG.warn("Cannot poll {}: {}", endpoint, cause.toString());
    return false; // the next poll comes anyway, after the endpoint's delay
  }

  private synchronized boolean resting() {
    if (restUntil != null && nanoTime.getAsLong() - restUntil >= 0) {
      restUntil = null;
    }
    return restUntil != null;
  }

  private int inFlight(Consumer consumer, Endpoint endpoint) {
    if (counted != null) {
      return counted.getAsInt();
    }
    String routeId = ((RouteAware) consumer).getRoute().getRouteId();
    return endpoint.getCamelContext().getInflightRepository().size(routeId);
  }
}
