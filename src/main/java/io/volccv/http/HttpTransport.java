package io.volccv.http;

import static java.util.Objects.requireNonNull;

import io.volccv.error.Failures;
import io.volccv.model.HttpCall;
import io.volccv.model.ReplySink;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.async.CloseableHttpAsyncClient;
import org.apache.hc.client5.http.impl.async.HttpAsyncClients;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.core5.concurrent.DefaultThreadFactory;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** The transport on HttpClient 5's asynchronous client: few threads, many calls. */
public final class HttpTransport implements Transport {

  /**
   * How to reach the service.
   *
   * @param baseUrl the API; results from its own origin are fetched even from a private address
   * @param connectTimeout for connection and TLS
   * @param responseTimeout from the last block of the request to the end of the answer, and also
   *     how long a connection may be silent
   * @param proxy an HTTP proxy, else null
   * @param sslContext keys and trust, null for Java's own
   */
  public record Options(
      URI baseUrl,
      Duration connectTimeout,
      Duration responseTimeout,
      @Nullable URI proxy,
      @Nullable SSLContext sslContext) {

    public Options {
      requireNonNull(baseUrl, "baseUrl is null");
      requireNonNull(connectTimeout, "connectTimeout is null");
      requireNonNull(responseTimeout, "responseTimeout is null");
    }
  }

  /**
   * Larger than HttpClient's 8 KB: a picture is megabytes, and each block costs two system calls.
   * Each connection has three of these.
   */
  private static final int BUFFER_BYTES = 24 * 1024;

  /**
   * With one, large answers that come at the same time wait for one another's decoding and writing;
   * two reach what plain sockets reach on two processors.
   */
  private static final int IO_THREADS = 2;

  /**
   * How long an idle connection may be used again. Shorter than usual servers keep theirs, so that
   * no call meets one that the server is just closing.
   */
  private static final TimeValue KEEP_ALIVE = TimeValue.ofSeconds(15);

  /** How many closed connections, or dead I/O threads, before a call counts as unreachable. */
  private static final int TRIES = 3;

  private final Options options;
  private final RestartableClient api;
  private final RestartableClient results;
  private final PublicAddresses publicAddresses = new PublicAddresses();
  private final ScheduledThreadPoolExecutor timer;

  public HttpTransport(Options options) {
    this.options = options;
    DnsResolver system = SystemDefaultDnsResolver.INSTANCE;
    // A proxy resolves the target itself: there, fetch() looks at the target's address instead.
    DnsResolver forResults = options.proxy() == null ? publicAddresses : system;
    this.api = new RestartableClient(() -> client(options, "volccv-http", system));
    this.results = new RestartableClient(() -> client(options, "volccv-fetch", forResults));
    this.timer = timer();
  }

  /**
   * Whatever is due next of all wakes the thread when it is set. Something empty that is due every
   * second keeps this from the deadlines, of which each call sets one and takes it back.
   */
  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(1, new DefaultThreadFactory("volccv-timer", true));
    timer.setRemoveOnCancelPolicy(true);
    timer.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.SECONDS);
    return timer;
  }

  private static CloseableHttpAsyncClient client(Options options, String name, DnsResolver dns) {
    Timeout connect = Timeout.of(options.connectTimeout());
    Timeout response = Timeout.of(options.responseTimeout());
    ClientTlsStrategyBuilder tls = ClientTlsStrategyBuilder.create();
    if (options.sslContext() != null) {
      tls.setSslContext(options.sslContext());
    }
    return HttpAsyncClients.custom()
        .setConnectionManager(
            PoolingAsyncClientConnectionManagerBuilder.create()
                .setDnsResolver(dns)
                .setTlsStrategy(tls.buildAsync())
                .setMaxConnPerRoute(Integer.MAX_VALUE)
                .setMaxConnTotal(Integer.MAX_VALUE)
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(connect)
                        .setSocketTimeout(response)
                        .build())
                .setDefaultTlsConfig(
                    TlsConfig.custom()
                        .setHandshakeTimeout(connect)
                        .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                        .build())
                .build())
        .setHttp1Config(Http1Config.custom().setBufferSize(BUFFER_BYTES).build())
        .setIOReactorConfig(
            IOReactorConfig.custom().setIoThreadCount(IO_THREADS).setTcpNoDelay(true).build())
        .setThreadFactory(new DefaultThreadFactory(name, true))
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(connect)
                .setResponseTimeout(response)
                .build())
        .setKeepAliveStrategy((answer, context) -> KEEP_ALIVE)
        .setProxy(proxy(options.proxy()))
        .setUserAgent("camel-volccv")
        .disableAutomaticRetries()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  private static @Nullable HttpHost proxy(@Nullable URI proxy) {
    return proxy == null ? null : new HttpHost(proxy.getScheme(), proxy.getHost(), proxy.getPort());
  }

  @Override
  public <T> CompletionStage<T> send(
      HttpCall call, Supplier<? extends CompletionStage<?>> beforeLastBlock, ReplySink<T> reply) {
    return retried(
        reply,
        TRIES,
        () ->
            new Attempt<>(call.uri(), reply, timer, options.responseTimeout())
                .post(api.get(), call, beforeLastBlock));
  }

  /** Tries again only when not one byte has left. */
  private static <T> CompletionStage<T> retried(
      ReplySink<T> reply, int tries, Supplier<CompletionStage<T>> attempt) {
    return attempt
        .get()
        .exceptionallyCompose(
            failure -> {
              if (tries > 1 && Attempt.neverBegan(failure)) {
                return retried(reply, tries - 1, attempt);
              }
              reply.abort();
              return CompletableFuture.failedFuture(Failures.cause(failure));
            });
  }

  @Override
  public <T> CompletionStage<T> fetch(URI url, ReplySink<T> reply) {
    Attempt<T> attempt = new Attempt<>(url, reply, timer, options.responseTimeout());
    if (PublicAddresses.sameOrigin(url, options.baseUrl())) {
      return abortedOnFailure(attempt.get(api.get()), reply);
    }
    String refused = refusal(url);
    return abortedOnFailure(
        refused == null
            ? attempt.get(results.get())
            : CompletableFuture.failedFuture(Attempt.refusedUrl(refused, null)),
        reply);
  }

  private @Nullable String refusal(URI url) {
    if (!"https".equalsIgnoreCase(url.getScheme())) {
      return "it is not https";
    }
    if (url.getHost() == null) {
      return "it names no host";
    }
    if (options.proxy() != null && publicAddresses.isKnownPrivate(url.getHost())) {
      return PublicAddresses.PRIVATE;
    }
    return null;
  }

  private static <T> CompletionStage<T> abortedOnFailure(
      CompletionStage<T> stage, ReplySink<T> reply) {
    return stage.whenComplete(
        (value, failure) -> {
          if (failure != null) {
            reply.abort();
          }
        });
  }

  @Override
  public void close() {
    timer.shutdownNow();
    api.close();
    results.close();
  }
}
