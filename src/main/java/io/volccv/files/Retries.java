package io.volccv.files;

import io.volccv.error.CvException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnreachableException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Counts failures and decides how long to wait before the next attempt; for {@code
 * onExceptionOccurredRef} of every {@code onException}.
 *
 * <p><b>Exchange properties out</b>: {@value #ATTEMPTS} (Integer), failures so far of any kind;
 * {@value #RETRIES} (Integer), failures so far of this same exception type, for {@code retryWhile}:
 * Camel's own counter goes on when the exception changes, so that ten throttled attempts would use
 * up the tries of a re-roll.
 *
 * <p><b>Header out</b>: {@code CamelRedeliveryDelay} in milliseconds: what the service asked for
 * ({@code CamelAiRetryAfterMillis}), else a wait that doubles; never more than the maximum, plus up
 * to a quarter by chance so that many waiting jobs do not come back in one moment. Camel applies
 * neither its own maximum nor its own jitter to this header.
 */
public final class Retries implements Processor {

  /** Failed attempts so far; one less than all attempts when the last one succeeds. */
  public static final String ATTEMPTS = "CamelVolcCvAttempts";

  /** Failed attempts so far that ended with the exception type of the last one. */
  public static final String RETRIES = "CamelVolcCvRetries";

  private static final String BY_TYPE = "CamelVolcCvRetriesByType";
  private static final String RETRY_AFTER = "CamelAiRetryAfterMillis";
  private static final double JITTER = 0.25;

  private final DoubleSupplier random;
  private long firstDelay = 1_000;
  private long maximumDelay = 300_000;
  private int sinkRetries = 6;

  public Retries() {
    this(() -> ThreadLocalRandom.current().nextDouble());
  }

  /**
   * @param random gives values from 0 to below 1
   */
  Retries(DoubleSupplier random) {
    this.random = random;
  }

  /** The wait after the first failure when the service asks for none, in milliseconds. */
  public void setFirstDelayMillis(long millis) {
    this.firstDelay = millis;
  }

  /** How often a sink that failed is tried again, {@code 6} times when not set. */
  public void setSinkRetries(int retries) {
    this.sinkRetries = retries;
  }

  /** The longest wait, in milliseconds, also when the service asks for more. */
  public void setMaximumDelayMillis(long millis) {
    this.maximumDelay = millis;
  }

  @Override
  public void process(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    exchange.setProperty(ATTEMPTS, exchange.getProperty(ATTEMPTS, 0, Integer.class) + 1);
    int count = count(exchange, failure);
    exchange.setProperty(RETRIES, count);
    Long asked = exchange.getProperty(RETRY_AFTER, Long.class);
    exchange.removeProperty(RETRY_AFTER); // it was meant for this failure and not for the next
    if (asked == null && failure instanceof CvException cv) {
      asked = cv.getRetryAfterMillis();
    }
    if (failure instanceof OutputRejectedException) {
      asked = 0L; // another seed is another call; nothing gets better by waiting
    }
    if (failure instanceof ThrottledException
        || failure instanceof UnreachableException
        || failure instanceof OutputRejectedException
        || exchange.getProperty(Sinks.SINK) != null) {
      exchange
          .getMessage()
          .setHeader(Exchange.REDELIVERY_DELAY, delay(asked == null ? doubled(count) : asked));
    }
  }

  /**
   * For {@code retryWhile} of a sink that failed: whether it is worth another try. A web service
   * that refuses would do so again.
   */
  public boolean sinkAgain(Exchange exchange) {
    Throwable failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Throwable.class);
    return !Webhook.isRefusal(failure)
        && exchange.getProperty(RETRIES, 0, Integer.class) <= sinkRetries;
  }

  private long delay(long wanted) {
    long capped = Math.max(0, Math.min(wanted, maximumDelay));
    return capped + Math.round(capped * JITTER * random.getAsDouble());
  }

  private long doubled(int count) {
    return Math.min(maximumDelay, firstDelay << Math.min(count - 1, 30));
  }

  private static int count(Exchange exchange, Throwable failure) {
    Map<?, ?> before = exchange.getProperty(BY_TYPE, Map.of(), Map.class);
    Map<Object, Object> counts = new HashMap<>(before);
    int count = counts.get(failure.getClass()) instanceof Integer n ? n + 1 : 1;
    counts.put(failure.getClass(), count);
    exchange.setProperty(BY_TYPE, counts);
    return count;
  }
}
