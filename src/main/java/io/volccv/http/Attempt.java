package io.volccv.http;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.error.IoReason;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.UnreachableException;
import io.volccv.model.HttpCall;
import io.volccv.model.ReplyHead;
import io.volccv.model.ReplySink;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.RequestNotExecutedException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.AsyncRequestProducer;
import org.apache.hc.core5.http.nio.AsyncResponseConsumer;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.reactor.IOReactorShutdownException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, and the judgement what a failure of it means. All ways out lead to
 * {@link #result}; the first one counts.
 */
final class Attempt<T> implements AsyncResponseConsumer<Boolean>, FutureCallback<Boolean> {

  private final URI uri;
  private final ReplySink<T> reply;
  private final ScheduledExecutorService timer;
  private final Duration responseTimeout;
  private final CompletableFuture<T> result = new CompletableFuture<>();
  private volatile boolean free;
  private volatile boolean lastBlockLeft;
  private volatile @Nullable Throwable refusal;
  private volatile @Nullable Future<?> exchange;
  private @Nullable FutureCallback<Boolean> whole;
  private boolean ended;

  Attempt(URI uri, ReplySink<T> reply, ScheduledExecutorService timer, Duration responseTimeout) {
    this.uri = uri;
    this.reply = reply;
    this.timer = timer;
    this.responseTimeout = responseTimeout;
  }

  CompletionStage<T> post(
      CloseableHttpAsyncClient client,
      HttpCall call,
      Supplier<? extends CompletionStage<?>> beforeLastBlock) {
    BasicHttpRequest request = new BasicHttpRequest("POST", uri);
    String contentType = "application/json";
    for (Map.Entry<String, String> header : call.headers().entrySet()) {
      if (header.getKey().equalsIgnoreCase("Content-Type")) {
        contentType = header.getValue();
      } else {
        request.setHeader(header.getKey(), header.getValue());
      }
    }
    BodyProducer body = new BodyProducer(call.body(), contentType, beforeLastBlock, this);
    return execute(client, new BasicRequestProducer(request, body));
  }

  CompletionStage<T> get(CloseableHttpAsyncClient client) {
    free = true;
    lastBlockLeaves();
    return execute(client, new BasicRequestProducer(new BasicHttpRequest("GET", uri), null));
  }

  private CompletionStage<T> execute(
      CloseableHttpAsyncClient client, AsyncRequestProducer request) {
    try {
      Future<Boolean> future = client.execute(request, this, this);
      exchange = future;
      if (result.isDone()) {
        future.cancel(true);
      }
    } catch (RuntimeException e) {
      // HttpClient throws when it was stopped meanwhile.
      fail(failure(e));
    }
    return result;
  }

  /** Whether nothing was sent: the pool's connection was closed, or an I/O thread has died. */
  static boolean neverBegan(Throwable failure) {
    Throwable cause = Failures.cause(failure);
    return cause instanceof UnreachableException
        && (cause.getCause() instanceof RequestNotExecutedException
            || cause.getCause() instanceof IOReactorShutdownException);
  }

  /** From now on the service may execute the request. */
  void lastBlockLeaves() {
    if (lastBlockLeft) {
      return;
    }
    lastBlockLeft = true;
    Future<?> deadline =
        timer.schedule(this::timeOut, responseTimeout.toMillis(), TimeUnit.MILLISECONDS);
    result.whenComplete((value, failure) -> deadline.cancel(false));
  }

  private void timeOut() {
    refuse(
        failure(
            new IOException(
                "it took longer than responseTimeout, " + responseTimeout.toMillis() + " ms")));
  }

  /**
   * Ends the attempt from our side. Cancelling the exchange cuts the connection, but HttpClient
   * loses a cancellation that comes while it connects; so the I/O thread also {@linkplain
   * #throwIfRefused() throws} at the next byte in or out, and else its time-out ends it.
   */
  void refuse(Throwable reason) {
    refusal = reason;
    fail(reason);
    Future<?> running = exchange;
    if (running != null) {
      running.cancel(true);
    }
  }

  // The four methods that touch the reply are synchronized: a deadline releases from its own
  // thread.

  @Override
  public synchronized void consumeResponse(
      HttpResponse response,
      @Nullable EntityDetails entity,
      HttpContext context,
      FutureCallback<Boolean> whole)
      throws IOException {
    this.whole = whole;
    Map<String, String> headers = new HashMap<>();
    for (Header header : response.getHeaders()) {
      headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
    }
    reading(() -> reply.head(new ReplyHead(response.getCode(), headers)));
    if (entity == null) {
      end();
    }
  }

  /** Makes the I/O thread cut the connection of a refused attempt. */
  void throwIfRefused() throws IOException {
    if (refusal != null) {
      throw new IOException("the attempt was refused", refusal);
    }
  }

  @Override
  public void informationResponse(HttpResponse response, HttpContext context) {}

  @Override
  public void updateCapacity(CapacityChannel capacityChannel) throws IOException {
    capacityChannel.update(Integer.MAX_VALUE);
  }

  @Override
  public synchronized void consume(ByteBuffer bytes) throws IOException {
    throwIfRefused();
    if (ended) {
      bytes.position(bytes.limit());
      return;
    }
    reading(() -> reply.data(bytes));
  }

  @Override
  public synchronized void streamEnd(@Nullable List<? extends Header> trailers) throws IOException {
    if (!ended) {
      end();
    }
  }

  /** A typed error is a whole answer too: the connection is as good as before. */
  private void end() throws IOException {
    reading(
        () -> {
          ended = true;
          try {
            result.complete(reply.end());
          } catch (CvException e) {
            result.completeExceptionally(lastBlockLeft ? e : notExecuted(e));
          }
        });
    if (whole != null) {
      whole.completed(true);
    }
  }

  /**
   * An answer without the vendor's code that comes before the request was complete is a proxy's or
   * a busy server's: nothing was executed, whatever its status would mean otherwise.
   */
  private static CvException notExecuted(CvException early) {
    if (early.getCode() != null) {
      return early;
    }
    String hint =
        early.getHttpStatus() == 407
            ? "the proxy wants credentials of its own"
            : "check baseUrl and proxy, or try again later";
    return new UnreachableException(
        "the call was not executed: " + early.getMessage(),
        new CvError(
            null,
            early.getHttpStatus(),
            null,
            "connect",
            true,
            Billed.NO,
            early.getRetryAfterMillis(),
            hint),
        early);
  }

  /** Something that may fail as I/O does. */
  interface Step {
    void run() throws IOException;
  }

  /** Gives the reply something; an {@link IOException} of the reply is the disk's. */
  private void reading(Step step) throws IOException {
    guarded(
        () -> {
          try {
            step.run();
          } catch (IOException e) {
            refuse(lastBlockLeft ? notKept(e) : failure(e));
            throw e;
          }
        });
  }

  /**
   * Runs what belongs to the call on the I/O thread. Nothing may escape but an {@link IOException}:
   * an {@link Error} would end a thread that many calls share.
   */
  void guarded(Step step) throws IOException {
    try {
      step.run();
    } catch (IOException e) {
      throw e;
    } catch (Throwable e) {
      refuse(e instanceof CvException ? e : failure(new IOException(e)));
      throw new IOException("the attempt was refused", e);
    }
  }

  @Override
  public void completed(Boolean whole) {}

  @Override
  public void failed(Exception cause) {
    Throwable reason = refusal;
    fail(reason != null ? reason : failure(cause));
  }

  @Override
  public void cancelled() {
    Throwable reason = refusal;
    fail(reason != null ? reason : failure(new IOException("the client was stopped")));
  }

  private void fail(Throwable reason) {
    releaseResources();
    result.completeExceptionally(Failures.cause(reason));
  }

  /** A result's URL that is not fetched at all. */
  static MalformedReplyException refusedUrl(String why, @Nullable Throwable cause) {
    return new MalformedReplyException(
        "the result's URL is refused: " + why,
        error("result URL", false, Billed.YES, "return_url=false brings the picture in the answer"),
        cause);
  }

  private CvException failure(Exception cause) {
    if (cause instanceof PublicAddresses.PrivateAddressException) {
      return refusedUrl(cause.getMessage(), cause);
    }
    String where = uri.getScheme() + "://" + uri.getAuthority();
    String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    if (!lastBlockLeft) {
      String hint = "check baseUrl, proxy and network, or try again later";
      return new UnreachableException(
          "the call to " + where + " was not executed: " + why + "; " + hint,
          error("connect", true, Billed.NO, hint),
          cause);
    }
    String what = "the answer of " + where + " did not come whole: " + why;
    if (free) {
      return new OutcomeUnknownException(
          what, error("fetch", true, Billed.YES, "it is fetched again"), cause);
    }
    String hint = "look into the bill before sending it again";
    return new OutcomeUnknownException(
        what + "; " + hint, error("answer", false, Billed.MAYBE, hint), cause);
  }

  /** The answer came; what failed is the disk that should take it. */
  private CvException notKept(IOException cause) {
    String what = "the answer cannot be kept: " + IoReason.of(cause);
    String hint =
        "check room and permissions of spoolDirectory; look into the bill before sending it again";
    return new OutcomeUnknownException(
        free ? what : what + "; " + hint,
        error("spool", false, free ? Billed.YES : Billed.MAYBE, hint),
        cause);
  }

  private static CvError error(String stage, boolean retryable, Billed billed, String hint) {
    return new CvError(null, 0, null, stage, retryable, billed, null, hint);
  }

  @Override
  public synchronized void releaseResources() {
    ended = true;
  }
}
