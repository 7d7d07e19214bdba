package io.volccv.component;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import java.util.Optional;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/**
 * The step after the last sink: tells the ledger that the job's pictures are where they belong. A
 * step of the route and not the end of the exchange, since a failure that was handled ends well and
 * delivers nothing.
 *
 * <p><b>Header in:</b> {@code CamelVolcCvJobKey}, or the option {@code jobKey}. The message stays
 * as it is.
 */
public class DeliveredProducer extends DefaultAsyncProducer {

  private final VolcCvEndpoint endpoint;
  private @Nullable Expression jobKey;

  public DeliveredProducer(VolcCvEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    jobKey = endpoint.jobKey();
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Optional<String> key = MessageReader.jobKey(exchange, jobKey);
    if (key.isEmpty()) {
      String hint = "set the header " + VolcCvConstants.JOB_KEY + " or the option jobKey";
      exchange.setException(
          new InvalidRequestException(
              "volccv:delivered has no job key; " + hint, CvError.before("message", hint), null));
      callback.done(true);
      return true;
    }
    endpoint
        .getComponent()
        .ledgerInUse()
        .delivered(key.get())
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                exchange.setException(failure);
              }
              callback.done(false);
            });
    return false;
  }
}
