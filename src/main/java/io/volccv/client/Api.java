package io.volccv.client;

import io.volccv.error.CvError;
import io.volccv.error.InvalidRequestException;
import io.volccv.http.Transport;
import io.volccv.model.Content;
import io.volccv.model.HttpCall;
import io.volccv.model.Spool;
import io.volccv.signing.Credentials;
import io.volccv.wire.Reply;
import io.volccv.wire.ReplyReader;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Single calls of the API: signed, sent once, read. */
final class Api {

  private static final String VERSION = "2022-08-31";
  private static final String CANCEL = "CVCancelTask";
  private static final String CANCEL_VERSION = "2024-06-06";

  private final CvClient.Settings settings;
  private final Credentials credentials;
  private final Transport transport;
  private final Spool spool;
  private final Clock clock;
  private final CallThreads threads;
  private final OpenCalls calls;

  Api(
      CvClient.Settings settings,
      Credentials credentials,
      Transport transport,
      Spool spool,
      Clock clock,
      CallThreads threads,
      OpenCalls calls) {
    this.settings = settings;
    this.credentials = credentials;
    this.transport = transport;
    this.spool = spool;
    this.clock = clock;
    this.threads = threads;
    this.calls = calls;
  }

  /** The bytes of a call, made when it is its turn. */
  interface Body {
    Content make() throws IOException;
  }

  /**
   * A call that may cost money.
   *
   * @param beforeLastBlock see {@link Transport#send}
   */
  CompletionStage<Reply> paid(
      String action, String reqKey, Body body, Supplier<CompletionStage<Void>> beforeLastBlock) {
    return send(action, reqKey, body, false, beforeLastBlock);
  }

  /** A call that costs nothing. */
  CompletionStage<Reply> free(String action, String reqKey, Body body) {
    return send(action, reqKey, body, true, () -> CompletableFuture.completedFuture(null));
  }

  private CompletionStage<Reply> send(
      String action,
      String reqKey,
      Body body,
      boolean free,
      Supplier<CompletionStage<Void>> beforeLastBlock) {
    Executor signing = credentials.readsBody() ? threads : Runnable::run;
    return CompletableFuture.supplyAsync(() -> signed(action, reqKey, body), signing)
        .thenCompose(
            call ->
                transport.send(
                    call,
                    beforeLastBlock,
                    new ReplyReader(
                        action + " " + reqKey, free, settings.maxReplyBytes(), spool, clock)));
  }

  private HttpCall signed(String action, String reqKey, Body body) {
    if (calls.isClosed()) {
      throw OpenCalls.ended();
    }
    String version = action.equals(CANCEL) ? CANCEL_VERSION : VERSION;
    URI uri = URI.create(settings.baseUrl() + "?Action=" + action + "&Version=" + version);
    Map<String, String> headers =
        Map.of(
            "Content-Type", "application/json",
            "Accept", "application/json",
            "Accept-Encoding", "identity");
    try {
      return credentials.sign(new HttpCall(uri, headers, body.make()), clock.instant());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          reqKey + ": " + e.getMessage(), CvError.before("request", ""), e);
    } catch (IOException e) {
      throw unreadable(reqKey, e);
    }
  }

  static InvalidRequestException unreadable(String reqKey, IOException cause) {
    return new InvalidRequestException(
        reqKey + ": the picture cannot be read: " + cause.getMessage(),
        CvError.before("input", "check the file and its permissions"),
        cause);
  }
}
