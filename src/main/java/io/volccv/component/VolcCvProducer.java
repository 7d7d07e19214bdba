package io.volccv.component;

import io.volccv.client.CvClient;
import io.volccv.client.CvClients;
import io.volccv.client.CvOutcome;
import io.volccv.error.CvError;
import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.CvRequest;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the message, calls, writes the message; holds no thread while the call runs. */
public class VolcCvProducer extends DefaultAsyncProducer {

  private static final Logger LOG = LoggerFactory.getLogger(VolcCvProducer.class);

  /** What belongs to one life of the component: a restarted one has other connections. */
  private record Bound(CvClients life, CvClient client, MessageReader reader) {}

  private final VolcCvEndpoint endpoint;
  private final MessageWriter writer;
  private volatile @Nullable Bound bound;

  public VolcCvProducer(VolcCvEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
    VolcCvConfiguration options = endpoint.getConfiguration();
    this.writer = new MessageWriter(options.getOutput(), options.getOnDuplicate());
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
      call(now, exchange)
          .whenCompleteAsync(
              (outcome, failure) -> finish(exchange, outcome, failure, callback),
              endpoint.getComponent().routeThreads());
      return false;
    } catch (Exception | Error e) {
      fail(exchange, e);
      callback.done(true);
      return true;
    }
  }

  private CompletionStage<CvOutcome> call(Bound now, Exchange exchange) throws IOException {
    CvRequest request = now.reader().read(exchange);
    warnWithoutKey(request);
    CvClient client = now.client();
    return switch (endpoint.getOperation()) {
      case process -> client.process(request);
      case submit -> client.submit(request);
      case result -> client.result(request, taskId(exchange));
      case cancel -> client.cancel(request, taskId(exchange));
      default -> client.generate(request);
    };
  }

  private static String taskId(Exchange exchange) {
    String id = exchange.getMessage().getHeader(VolcCvConstants.TASK_ID, String.class);
    if (id == null || id.isBlank()) {
      String hint = "set the header " + VolcCvConstants.TASK_ID;
      throw new InvalidRequestException(
          "there is no task_id; " + hint, CvError.before("message", hint), null);
    }
    return id.strip();
  }

  private void warnWithoutKey(CvRequest request) {
    boolean pays =
        switch (endpoint.getOperation()) {
          case generate, process, submit -> true;
          case result, cancel, delivered -> false;
        };
    if (pays && request.jobKey().isEmpty() && endpoint.getComponent().isFirstWithoutKey()) {
      LOG.warn(
          "{} got a message without a job key: when it is sent again, it is paid again; set the"
              + " option jobKey or the header {}",
          endpoint,
          VolcCvConstants.JOB_KEY);
    }
  }

  /** Whatever happens here, the exchange goes on. */
  private void finish(
      Exchange exchange,
      @Nullable CvOutcome outcome,
      @Nullable Throwable failure,
      AsyncCallback callback) {
    try {
      if (failure == null && outcome != null) {
        writer.write(outcome, exchange);
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
