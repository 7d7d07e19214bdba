package io.volccv.files;

import io.volccv.error.CvError;
import io.volccv.error.CvException;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.MediaFormat;
import io.volccv.model.Money;
import io.volccv.model.Spool;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;

/** Stands in for the component: answers by a script, on another thread, and remembers the calls. */
final class FakeVolcCv extends DefaultComponent {

  /** A call as the route made it. */
  record Call(String prompt, Object params, String jobKey, Object body, String name) {}

  final List<Call> calls = new CopyOnWriteArrayList<>();
  final List<String> delivered = new CopyOnWriteArrayList<>();
  final Map<String, String> uris = new ConcurrentHashMap<>();
  final AtomicInteger inFlight = new AtomicInteger();
  final AtomicInteger mostInFlight = new AtomicInteger();

  private final ScheduledExecutorService threads;
  private volatile Function<Call, CvResult> script = call -> result(1);
  volatile long latencyMillis = 5;

  FakeVolcCv(ScheduledExecutorService threads) {
    this.threads = threads;
  }

  /** From now on, calls are answered by this; it may throw. */
  void answer(Function<Call, CvResult> script) {
    this.script = script;
  }

  static CvResult result(int pictures) {
    List<CvImage> images = new ArrayList<>();
    for (int i = 1; i <= pictures; i++) {
      images.add(
          new CvImage(
              MediaFormat.JPEG, new InMemory(("picture " + i).getBytes(StandardCharsets.UTF_8))));
    }
    return new CvResult(
        "model_x",
        "req-1",
        images,
        Map.of("task_id", "1234567890123456789"),
        Optional.of(42L),
        Optional.of(new Money(220)));
  }

  interface Kind {
    CvException create(String message, CvError error, Throwable cause);
  }

  static CvException error(Kind kind, String code, boolean retryable, Long retryAfter) {
    CvError error =
        new CvError(
            code, 400, "req-9", "service", retryable, CvError.Billed.NO, retryAfter, "do that");
    return kind.create("CVProcess model_x: " + code, error, null);
  }

  private record InMemory(byte[] bytes) implements Spool.Stored {
    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public ReadableByteChannel open() {
      return Channels.newChannel(new ByteArrayInputStream(bytes));
    }

    @Override
    public Optional<Path> file() {
      return Optional.empty();
    }

    @Override
    public void release() {}
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
    uris.put(remaining, parameters.toString());
    parameters.clear();
    return new DefaultEndpoint(uri, this) {
      @Override
      public Producer createProducer() {
        return new DefaultAsyncProducer(this) {
          @Override
          public boolean process(Exchange exchange, AsyncCallback callback) {
            return remaining.equals("delivered")
                ? deliver(exchange, callback)
                : call(exchange, callback);
          }
        };
      }

      @Override
      public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean isSingleton() {
        return true;
      }
    };
  }

  private boolean deliver(Exchange exchange, AsyncCallback callback) {
    delivered.add(exchange.getMessage().getHeader("CamelVolcCvJobKey", String.class));
    callback.done(true);
    return true;
  }

  private boolean call(Exchange exchange, AsyncCallback callback) {
    Message message = exchange.getMessage();
    Call call =
        new Call(
            message.getHeader("CamelVolcCvPrompt", String.class),
            message.getHeader("CamelVolcCvParams"),
            message.getHeader("CamelVolcCvJobKey", String.class),
            message.getBody(byte[].class),
            message.getHeader(Exchange.FILE_NAME, String.class));
    calls.add(call);
    mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
    threads.schedule(
        () -> {
          try {
            message.setBody(script.apply(call));
          } catch (RuntimeException e) {
            exchange.setException(e);
          }
          inFlight.decrementAndGet();
          callback.done(false);
        },
        latencyMillis,
        TimeUnit.MILLISECONDS);
    return false;
  }
}
