package io.volccv.component;

import static java.util.Objects.requireNonNull;

import io.volccv.client.CvClient;
import io.volccv.error.CvException;
import io.volccv.model.CvRequest;
import io.volccv.model.CvResult;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Reads the message, calls, writes the message; holds no thread while the call runs. */
public class VolcCvProducer extends DefaultAsyncProducer {

  private final VolcCvEndpoint endpoint;
  private @Nullable MessageReader reader;
  private @Nullable MessageWriter writer;
  private @Nullable CvClient client;

  public VolcCvProducer(VolcCvEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    client = endpoint.createClient();
    reader = endpoint.createReader();
    writer = new MessageWriter(endpoint.getConfiguration().getOutput());
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    CvRequest request;
    try {
      request = requireNonNull(reader).read(exchange);
    } catch (Exception e) {
      fail(exchange, e);
      callback.done(true);
      return true;
    }
    call(requireNonNull(client), request)
        .whenComplete(
            (result, failure) -> {
              finish(exchange, result, failure);
              callback.done(false);
            });
    return false;
  }

  private CompletionStage<CvResult> call(CvClient client, CvRequest request) {
    return endpoint.getOperation() == Operation.generate
        ? client.generate(request)
        : client.process(request);
  }

  private void finish(Exchange exchange, @Nullable CvResult result, @Nullable Throwable failure) {
    if (result != null) {
      requireNonNull(writer).write(result, exchange);
    } else {
      fail(exchange, requireNonNull(failure));
    }
  }

  private static void fail(Exchange exchange, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof CvException typed) {
      MessageWriter.describe(typed, exchange);
    }
    exchange.setException(cause);
  }
}
