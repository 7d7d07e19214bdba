package io.volccv.component;

import io.volccv.client.CvClient;
import io.volccv.client.CvClients;
import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.model.CvRequest;
import io.volccv.model.CvResult;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;

/** Reads the message, calls, writes the message; holds no thread while the call runs. */
public class VolcCvProducer extends DefaultAsyncProducer {

  /** What belongs to one life of the component: a restarted one has other connections. */
  private record Bound(CvClients life, CvClient client, MessageReader reader) {}

  private final VolcCvEndpoint endpoint;
  private final MessageWriter writer;
  private volatile @Nullable Bound bound;

  public VolcCvProducer(VolcCvEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
    this.writer = new MessageWriter(endpoint.getConfiguration().getOutput());
  }

  /** Wrong options stop the start, and not the first message. */
  @Override
  protected void doStart() throws Exception {
    super.doStart();
    bound();
  }

  private Bound bound() throws Exception {
    CvClients life = endpoint.getComponent().clients();
    Bound known = bound;
    if (known == null || known.life() != life) {
      known = new Bound(life, endpoint.createClient(), endpoint.createReader());
      bound = known;
    }
    return known;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    try {
      Bound now = bound();
      call(now.client(), now.reader().read(exchange))
          .whenCompleteAsync(
              (result, failure) -> finish(exchange, result, failure, callback),
              endpoint.getComponent().routeThreads());
      return false;
    } catch (Exception | Error e) {
      fail(exchange, e);
      callback.done(true);
      return true;
    }
  }

  private CompletionStage<CvResult> call(CvClient client, CvRequest request) {
    return endpoint.getOperation() == Operation.generate
        ? client.generate(request)
        : client.process(request);
  }

  /** Whatever happens here, the exchange goes on. */
  private void finish(
      Exchange exchange,
      @Nullable CvResult result,
      @Nullable Throwable failure,
      AsyncCallback callback) {
    try {
      if (failure == null && result != null) {
        writer.write(result, exchange);
      } else {
        fail(exchange, failure);
      }
    } catch (RuntimeException | Error e) {
      exchange.setException(e);
    } finally {
      callback.done(false);
    }
  }

  private static void fail(Exchange exchange, @Nullable Throwable failure) {
    Throwable cause = Failures.cause(failure == null ? new IllegalStateException() : failure);
    MessageWriter.forget(exchange);
    if (cause instanceof CvException typed) {
      MessageWriter.describe(typed, exchange);
    }
    exchange.setException(cause);
  }
}
