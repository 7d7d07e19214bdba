package io.volccv.client;

import io.volccv.error.CvException;
import io.volccv.error.Failures;
import io.volccv.error.Printable;
import io.volccv.http.PictureDownload;
import io.volccv.http.Transport;
import io.volccv.model.CvImage;
import io.volccv.model.Spool;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Fetches results that came as URLs. They are paid for: a passing fault must not lose them. */
final class ResultFetch {

  /** The wait before one is fetched a second time; each further wait doubles. */
  static final long FIRST_PAUSE_MILLIS = 500;

  /** How often one is fetched. */
  private static final int TIMES = 6;

  private final Transport transport;
  private final Spool spool;
  private final long maxBytes;
  private final CallThreads threads;
  private final long firstPauseMillis;

  ResultFetch(
      Transport transport, Spool spool, long maxBytes, CallThreads threads, long firstPauseMillis) {
    this.firstPauseMillis = firstPauseMillis;
    this.transport = transport;
    this.spool = spool;
    this.maxBytes = maxBytes;
    this.threads = threads;
  }

  /** All of them in order, or the reason of the first that cannot be had and none of them. */
  CompletionStage<List<CvImage>> all(List<String> urls) {
    List<CompletableFuture<CvImage>> fetches = new ArrayList<>();
    urls.forEach(url -> fetches.add(one(url).toCompletableFuture()));
    return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
        .handle(
            (nothing, failure) -> {
              List<CvImage> images = new ArrayList<>();
              fetches.stream()
                  .filter(fetch -> !fetch.isCompletedExceptionally())
                  .forEach(fetch -> images.add(fetch.join()));
              if (failure == null) {
                return CompletableFuture.completedStage(images);
              }
              images.forEach(CvImage::release);
              return CompletableFuture.<List<CvImage>>failedStage(Failures.cause(failure));
            })
        .thenCompose(stage -> stage);
  }

  private CompletionStage<CvImage> one(String url) {
    try {
      return one(URI.create(url), 1);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "the result's URL is no web address: " + Printable.shorten(url, 120), e));
    }
  }

  private CompletionStage<CvImage> one(URI url, int attempt) {
    return transport
        .fetch(url, new PictureDownload(spool, maxBytes))
        .handle(
            (image, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedStage(image);
              }
              if (attempt == TIMES || !isPassing(Failures.cause(failure))) {
                return CompletableFuture.<CvImage>failedStage(Failures.cause(failure));
              }
              return threads
                  .after(firstPauseMillis << (attempt - 1))
                  .thenCompose(nothing -> one(url, attempt + 1));
            })
        .thenCompose(stage -> stage);
  }

  /** Whether it may be had later. */
  static boolean isPassing(Throwable failure) {
    return failure instanceof CvException typed && typed.isRetryable();
  }
}
