package io.volccv.component;

import io.volccv.error.CvError;
import io.volccv.error.Failures;
import io.volccv.error.InvalidRequestException;
import io.volccv.ledger.Ledger;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * The step after the last sink: tells the ledger that the job's pictures are where they belong, in
 * all sinks or, with the option {@code sink}, in one of several. A step of the route and not the
 * end of the exchange, since a failure that was handled ends well and delivers nothing.
 *
 * <p><b>Header in:</b> {@code CamelVolcCvJobKey}, or the option {@code jobKey}. The message stays
 * as it is.
 */
public class DeliveredProducer extends DefaultAsyncProducer {

  private final VolcCvEndpoint endpoint;
  private @Nullable Expression jobKey;
  private @Nullable Expression sink;

  public DeliveredProducer(VolcCvEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    jobKey = endpoint.jobKey();
    sink = endpoint.sink();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      delivered(exchange)
          .whenCompleteAsync(
              (nothing, failure) -> {
                if (failure != null) {
                  exchange.setException(Failures.cause(failure));
                }
                callback.done(false);
              },
              endpoint.getComponent().routeThreads());
      return false;
    } catch (RuntimeException e) {
      exchange.setException(e);
      callback.done(true);
      return true;
    }
  }

  private CompletionStage<Void> delivered(Exchange exchange) {
    Ledger ledger = endpoint.getComponent().ledgerInUse();
    String key = key(exchange);
    return sink == null
        ? ledger.delivered(key)
        : ledger.delivered(key, sink.evaluate(exchange, String.class));
  }

  private String key(Exchange exchange) {
    String hint = "set the header " + VolcCvConstants.JOB_KEY + " or the option jobKey";
    return MessageReader.jobKey(exchange, jobKey)
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "volccv:delivered has no job key; " + hint,
                    CvError.before("message", hint),
                    null));
  }
}
