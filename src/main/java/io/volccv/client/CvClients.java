package io.volccv.client;

import io.volccv.error.Failures;
import io.volccv.http.HttpTransport;
import io.volccv.ledger.Ledger;
import io.volccv.model.Spool;
import io.volccv.signing.Credentials;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes clients that share what should exist once: ledger, spool, threads, and the connections of
 * those that reach the service the same way.
 */
public final class CvClients implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(CvClients.class);

  /** New wishes wait at most so long for those of an earlier life to be looked at. */
  private static final long MOST_RECOVERY_MILLIS = 30_000;

  /** How long calls that were cut may take to settle when all ends. */
  private static final Duration END_WAIT = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final Spool spool;
  private final Clock clock;
  private final long fetchPauseMillis;
  private final CallThreads threads;
  private final OpenCalls calls = new OpenCalls();
  private final CancelledTasks cancelled = new CancelledTasks();
  private final QueryPace queries;
  private final CompletableFuture<Void> recovered = new CompletableFuture<>();
  private boolean recovering;
  private final Map<HttpTransport.Options, HttpTransport> transports = new ConcurrentHashMap<>();

  public CvClients(Ledger ledger, Spool spool, Clock clock) {
    this(ledger, spool, clock, ResultFetch.FIRST_PAUSE_MILLIS);
  }

  /**
   * @param fetchPauseMillis before a result is fetched a second time
   */
  CvClients(Ledger ledger, Spool spool, Clock clock, long fetchPauseMillis) {
    this.fetchPauseMillis = fetchPauseMillis;
    this.ledger = ledger;
    this.spool = spool;
    this.clock = clock;
    this.threads = new CallThreads(Math.max(2, Runtime.getRuntime().availableProcessors()));
    this.queries = new QueryPace(threads, ledger::processes);
  }

  /**
   * A client, to be used until {@link #close()}. The first one goes on with what an earlier life
   * has left.
   */
  public synchronized CvClient client(
      CvClient.Settings settings, Credentials credentials, ModelCatalog models) {
    HttpTransport.Options options =
        new HttpTransport.Options(
            settings.baseUrl(),
            settings.connectTimeout(),
            settings.responseTimeout(),
            settings.proxy(),
            settings.sslContext());
    HttpTransport transport = transports.computeIfAbsent(options, HttpTransport::new);
    Api api = new Api(settings, credentials, transport, spool, clock, threads, calls);
    JobRun.Tools tools =
        new JobRun.Tools(
            api,
            new ResultFetch(transport, spool, settings.maxReplyBytes(), threads, fetchPauseMillis),
            new TaskPolls(
                api,
                queries,
                threads,
                calls,
                clock,
                ThreadLocalRandom.current()::nextDouble,
                settings.pollInterval(),
                settings.pollTimeout()),
            threads,
            calls,
            cancelled,
            clock,
            settings.download(),
            ledger.isDurable());
    CvClient client = new CvClient(settings, models, ledger, api, tools, recovered::copy);
    if (!recovering) {
      recovering = true;
      recover(client);
    }
    return client;
  }

  private void recover(CvClient client) {
    ledger
        .recover(client::resume)
        .whenComplete(
            (nothing, failure) -> {
              if (failure != null) {
                LOG.error("What an earlier life left cannot be read", Failures.cause(failure));
              }
              recovered.complete(null);
            });
    threads.after(MOST_RECOVERY_MILLIS).thenRun(() -> recovered.complete(null));
  }

  /** Where a body that can be read only once is kept while it is needed. */
  public Spool spool() {
    return spool;
  }

  /**
   * Ends all: no call begins any more, those that wait are not sent, those under way are cut, and
   * each is settled.
   */
  @Override
  public void close() {
    calls.close();
    queries.end();
    threads.endPauses();
    transports.values().forEach(HttpTransport::close);
    calls.awaitEnd(END_WAIT);
    threads.close();
    transports.clear();
  }
}
