package io.volccv.sandbox;

import java.nio.ByteBuffer;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.IteratingCallback;

/**
 * Writes a {@link Reply} piece by piece, each when the one before has left, without holding a
 * thread.
 */
final class ReplyWriter extends IteratingCallback {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Reply reply;
  private final Pace pace;
  private final ScheduledExecutorService scheduler;
  private ByteBuffer chunk = NOTHING;
  private long left;
  private boolean paused;
  private boolean ended;

  ReplyWriter(
      Request request,
      Response response,
      Callback callback,
      Reply reply,
      Pace pace,
      ScheduledExecutorService scheduler) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.reply = reply;
    this.pace = pace;
    this.scheduler = scheduler;
    this.left = pace.cutAfter() < 0 ? Long.MAX_VALUE : pace.cutAfter();
  }

  void write() {
    response.setStatus(reply.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
    reply.headers().forEach(response.getHeaders()::put);
    if (reply.length() >= 0) {
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.length());
    }
    iterate();
  }

  @Override
  protected Action process() {
    if (ended) {
      return Action.SUCCEEDED;
    }
    if (!pace.pause().isZero() && !paused) {
      paused = true;
      scheduler.schedule(this::succeeded, pace.pause().toNanos(), TimeUnit.NANOSECONDS);
      return Action.SCHEDULED;
    }
    paused = false;
    ByteBuffer piece = nextPiece();
    left -= piece.remaining();
    boolean last = !chunk.hasRemaining() && !reply.body().hasNext();
    ended = last || left == 0;
    response.write(last && left > 0, piece, this);
    return Action.SCHEDULED;
  }

  private ByteBuffer nextPiece() {
    if (!chunk.hasRemaining() && reply.body().hasNext()) {
      chunk = ByteBuffer.wrap(reply.body().next());
    }
    int length = (int) Math.min(Math.min(pace.piece(), left), chunk.remaining());
    ByteBuffer piece = chunk.slice(chunk.position(), length);
    chunk.position(chunk.position() + length);
    return piece;
  }

  @Override
  protected void onCompleteSuccess() {
    if (left == 0) {
      Cut.close(request, callback);
    } else {
      callback.succeeded();
    }
  }

  @Override
  protected void onCompleteFailure(Throwable cause) {
    callback.failed(cause);
  }
}
