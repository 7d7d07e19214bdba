package io.volccv.http;

import io.volccv.model.HttpCall;
import io.volccv.model.ReplySink;
import java.net.URI;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Sends calls without blocking. Stages complete on a thread of the transport, which must not be
 * kept.
 */
public interface Transport extends AutoCloseable {

  /**
   * Sends one call exactly once, whatever happens: no retry, no redirect.
   *
   * @param beforeLastBlock is asked once, when everything but the last block of the request is
   *     written; the last block leaves when its stage completes, and never if it fails. A request
   *     that lacks its last block cannot be executed.
   * @param reply takes the answer; its result or typed error becomes the stage's
   * @return fails with {@code UnreachableException} when the call was provably not executed, with
   *     {@code OutcomeUnknownException} when the whole request left and no whole answer came
   */
  <T> CompletionStage<T> send(
      HttpCall call, Supplier<? extends CompletionStage<?>> beforeLastBlock, ReplySink<T> reply);

  /**
   * Fetches a result. The URL comes from a server and is not trusted: https only, no private
   * address, no redirect, no credentials; except that the API's own origin is taken as it is.
   *
   * @return fails with {@code MalformedReplyException} when the URL is refused, or else as a free
   *     call does
   */
  <T> CompletionStage<T> fetch(URI url, ReplySink<T> reply);

  @Override
  void close();
}
