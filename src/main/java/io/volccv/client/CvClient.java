package io.volccv.client;

import static java.util.Objects.requireNonNull;

import io.volccv.error.CvError;
import io.volccv.error.CvError.Billed;
import io.volccv.error.CvException;
import io.volccv.error.EmptyResultException;
import io.volccv.error.Failures;
import io.volccv.error.InvalidRequestException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.Printable;
import io.volccv.error.UnreachableException;
import io.volccv.http.PictureDownload;
import io.volccv.http.Transport;
import io.volccv.ledger.Ledger;
import io.volccv.ledger.Ledger.Admission;
import io.volccv.ledger.Ledger.Claim;
import io.volccv.ledger.Ledger.Kept;
import io.volccv.ledger.Ledger.Settlement;
import io.volccv.ledger.Ledger.Wish;
import io.volccv.model.CvImage;
import io.volccv.model.CvRequest;
import io.volccv.model.CvResult;
import io.volccv.model.HttpCall;
import io.volccv.model.Spool;
import io.volccv.signing.Credentials;
import io.volccv.wire.Reply;
import io.volccv.wire.ReplyReader;
import io.volccv.wire.RequestBody;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole way of a wish, usable without Camel: check, claim, sign, send once, read, fetch,
 * settle. Holds no thread while it waits.
 */
public final class CvClient {

  private static final Logger LOG = LoggerFactory.getLogger(CvClient.class);
  private static final String VERSION = "2022-08-31";

  /** How often a result that was paid is fetched from its URL, and the first wait between. */
  private static final int FETCHES = 8;

  private static final long FIRST_FETCH_PAUSE_MILLIS = 500;

  /**
   * What does not change from call to call.
   *
   * @param baseUrl the API with its path
   * @param connectTimeout for connection and TLS
   * @param responseTimeout from the last block of the request to the end of the answer
   * @param proxy an HTTP proxy, else null
   * @param sslContext keys and trust, null for Java's own
   * @param validate whether a request is checked against the model data before it is sent
   * @param download whether results that come as URLs are fetched
   * @param maxReplyBytes how long an answer, and each fetched result, may be
   */
  public record Settings(
      URI baseUrl,
      Duration connectTimeout,
      Duration responseTimeout,
      @Nullable URI proxy,
      @Nullable SSLContext sslContext,
      boolean validate,
      boolean download,
      long maxReplyBytes) {
    public Settings {
      requireNonNull(baseUrl, "baseUrl is null");
    }
  }

  private final Settings settings;
  private final Credentials credentials;
  private final Transport transport;
  private final Ledger ledger;
  private final Spool spool;
  private final ModelCatalog models;
  private final Clock clock;
  private final CallThreads threads;
  private final OpenCalls calls;

  /**
   * @param threads for what may block, reading and hashing pictures, and for pauses
   * @param calls counts this client's calls among all that must end together
   */
  CvClient(
      Settings settings,
      Credentials credentials,
      Transport transport,
      Ledger ledger,
      Spool spool,
      ModelCatalog models,
      Clock clock,
      CallThreads threads,
      OpenCalls calls) {
    this.settings = settings;
    this.credentials = credentials;
    this.transport = transport;
    this.ledger = ledger;
    this.spool = spool;
    this.models = models;
    this.clock = clock;
    this.threads = threads;
    this.calls = calls;
  }

  /**
   * Calls {@code CVProcess} once.
   *
   * @return completes on one of the {@link CallThreads}, which must not be kept; fails with a
   *     {@link CvException}, and then holds no pictures
   * @see <a href="https://www.volcengine.com/docs/6791/1347773">CVProcess</a>
   */
  public CompletionStage<CvResult> process(CvRequest request) {
    return call(request, "use volccv:generate, which calls what suits the model");
  }

  /** Calls what suits the model, once; as {@link #process} but for its advice. */
  public CompletionStage<CvResult> generate(CvRequest request) {
    return call(request, "tasks are not supported yet: use a model that CVProcess takes");
  }

  private CompletionStage<CvResult> call(CvRequest request, String otherwise) {
    if (!calls.begin()) {
      return CompletableFuture.failedFuture(OpenCalls.ended());
    }
    return threads
        .supply(() -> checked(request, otherwise))
        .thenCompose(ledger::claim)
        .thenCompose(admission -> admitted(admission, request))
        .whenComplete((result, failure) -> calls.end());
  }

  private Wish checked(CvRequest request, String otherwise) {
    ModelSpec model = models.get(request.reqKey());
    if (settings.validate()) {
      new RequestCheck(model, request).run(otherwise);
    }
    int images = model.maxImages(request);
    return new Wish(request.jobKey(), request.reqKey(), model.cost(images), images);
  }

  private CompletionStage<CvResult> admitted(Admission admission, CvRequest request) {
    if (admission instanceof Kept kept) {
      return CompletableFuture.completedFuture(kept.result());
    }
    Claim claim = (Claim) admission;
    AtomicBoolean sent = new AtomicBoolean();
    return threads
        .supply(() -> signed(request))
        .thenCompose(call -> transport.send(call, () -> sent(claim, sent), reader(request)))
        .thenComposeAsync(reply -> collected(request, reply), threads)
        .handleAsync((result, failure) -> settled(claim, sent.get(), result, failure), threads)
        .thenCompose(stage -> stage);
  }

  /** From the moment that the ledger has agreed, the call may be executed. */
  private static CompletionStage<Void> sent(Claim claim, AtomicBoolean sent) {
    return claim.sent().thenRun(() -> sent.set(true));
  }

  private HttpCall signed(CvRequest request) {
    if (calls.isClosed()) {
      throw OpenCalls.ended();
    }
    URI uri = URI.create(settings.baseUrl() + "?Action=CVProcess&Version=" + VERSION);
    Map<String, String> headers =
        Map.of(
            "Content-Type", "application/json",
            "Accept", "application/json",
            "Accept-Encoding", "identity");
    try {
      HttpCall call = new HttpCall(uri, headers, RequestBody.of(request));
      return credentials.sign(call, clock.instant());
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException(
          request.reqKey() + ": " + e.getMessage(), CvError.before("request", ""), e);
    } catch (IOException e) {
      throw new InvalidRequestException(
          request.reqKey() + ": the picture cannot be read: " + e.getMessage(),
          CvError.before("input", "check the file and its permissions"),
          e);
    }
  }

  private ReplyReader reader(CvRequest request) {
    String asked = "CVProcess " + request.reqKey();
    return new ReplyReader(asked, false, settings.maxReplyBytes(), spool, clock);
  }

  private CompletionStage<CvResult> collected(CvRequest request, Reply reply) {
    List<CompletableFuture<CvImage>> fetches = new ArrayList<>();
    if (settings.download()) {
      reply.urls().forEach(url -> fetches.add(fetched(url).toCompletableFuture()));
    }
    return CompletableFuture.allOf(fetches.toArray(CompletableFuture[]::new))
        .handle(
            (nothing, failure) -> {
              List<CvImage> images = new ArrayList<>(reply.pictures());
              fetches.stream()
                  .filter(fetch -> !fetch.isCompletedExceptionally())
                  .forEach(fetch -> images.add(fetch.join()));
              if (failure != null) {
                images.forEach(CvImage::release);
                throw paidButGone(request, reply, failure);
              }
              return result(request, reply, images);
            });
  }

  private CompletionStage<CvImage> fetched(String url) {
    try {
      return fetched(URI.create(url), 1);
    } catch (IllegalArgumentException e) {
      return CompletableFuture.failedFuture(
          new IllegalArgumentException(
              "the result's URL is no web address: " + Printable.shorten(url, 120), e));
    }
  }

  /** The picture is paid for: a passing fault must not lose it. */
  private CompletionStage<CvImage> fetched(URI url, int attempt) {
    return transport
        .fetch(url, new PictureDownload(spool, settings.maxReplyBytes()))
        .handle(
            (image, failure) -> {
              if (failure == null) {
                return CompletableFuture.completedStage(image);
              }
              if (attempt == FETCHES || !isPassing(Failures.cause(failure))) {
                return CompletableFuture.<CvImage>failedStage(Failures.cause(failure));
              }
              return threads
                  .after(FIRST_FETCH_PAUSE_MILLIS << (attempt - 1))
                  .thenCompose(nothing -> fetched(url, attempt + 1));
            })
        .thenCompose(stage -> stage);
  }

  private static boolean isPassing(Throwable failure) {
    return failure instanceof CvException typed && typed.isRetryable();
  }

  private static OutcomeUnknownException paidButGone(
      CvRequest request, Reply reply, Throwable failure) {
    String requestId = reply.requestId().isEmpty() ? null : reply.requestId();
    String hint = "return_url=false brings the picture in the answer";
    return new OutcomeUnknownException(
        request.reqKey()
            + ": the picture was made, but it cannot be fetched: "
            + Printable.shorten(String.valueOf(Failures.cause(failure).getMessage()), 200)
            + "; "
            + hint,
        new CvError("10000", 200, requestId, "result URL", false, Billed.YES, null, hint),
        Failures.cause(failure));
  }

  private CvResult result(CvRequest request, Reply reply, List<CvImage> images) {
    ModelSpec model = models.get(request.reqKey());
    boolean asUrls = !settings.download() && !reply.urls().isEmpty();
    if (images.isEmpty() && !asUrls && isMissingPictures(model, reply)) {
      String hint = "look into the bill; ask the vendor with the request id";
      throw new EmptyResultException(
          "CVProcess "
              + request.reqKey()
              + ": the service says success and sent no picture; "
              + hint,
          new CvError(
              "10000",
              200,
              reply.requestId().isEmpty() ? null : reply.requestId(),
              "answer",
              false,
              Billed.MAYBE,
              null,
              hint),
          null);
    }
    int count = asUrls ? reply.urls().size() : images.size();
    Optional<Long> seed = reply.seed().or(() -> seed(request));
    return new CvResult(
        request.reqKey(), reply.requestId(), images, reply.fields(), seed, model.cost(count));
  }

  /**
   * An unknown model may be one whose answer is not a picture, but then it holds something else.
   */
  private static boolean isMissingPictures(ModelSpec model, Reply reply) {
    boolean known = model.results() != null;
    boolean saysPictures = reply.fields().isEmpty() || reply.fields().containsKey("image_urls");
    return known ? model.givesPictures() : saysPictures;
  }

  private static Optional<Long> seed(CvRequest request) {
    return request.params().get("seed") instanceof Number seed && seed.longValue() >= 0
        ? Optional.of(seed.longValue())
        : Optional.empty();
  }

  private static CompletionStage<CvResult> settled(
      Claim claim, boolean sent, @Nullable CvResult result, @Nullable Throwable failure) {
    if (result != null) {
      return ended(claim, new Settlement.Done(result)).thenApply(nothing -> result);
    }
    CvException reason = typed(sent, Failures.cause(requireNonNull(failure)));
    return ended(claim, settlement(sent, reason))
        .thenCompose(nothing -> CompletableFuture.failedFuture(reason));
  }

  /**
   * Ends the claim. A ledger that fails here changes nothing for the exchange: the picture is paid
   * and ours, or the reason is known; that the ledger could not note it is logged.
   */
  private static CompletionStage<Void> ended(Claim claim, Settlement settlement) {
    try {
      return claim
          .settle(settlement)
          .exceptionally(
              failure -> {
                LOG.error("The ledger could not settle a call", Failures.cause(failure));
                return null;
              });
    } catch (RuntimeException e) {
      LOG.error("The ledger could not settle a call", e);
      return CompletableFuture.completedFuture(null);
    }
  }

  private static Settlement settlement(boolean sent, CvException reason) {
    if (!sent) {
      return new Settlement.NotSent(reason);
    }
    return switch (reason.getBilled()) {
      case "no" ->
          reason instanceof UnreachableException
              ? new Settlement.NotSent(reason)
              : new Settlement.Failed(reason);
      default -> new Settlement.Unknown(reason);
    };
  }

  /** What is no {@link CvException} is a fault of ours, of the ledger or of the disk. */
  private static CvException typed(boolean sent, Throwable failure) {
    if (failure instanceof CvException typed) {
      return typed;
    }
    if (!sent) {
      return new UnreachableException(
          "the call was not sent: " + failure,
          new CvError(null, 0, null, "ledger", true, Billed.NO, null, "see the cause"),
          failure);
    }
    return new OutcomeUnknownException(
        "the answer could not be kept: " + failure,
        new CvError(null, 0, null, "spool", false, Billed.MAYBE, null, "check disk and memory"),
        failure);
  }
}
