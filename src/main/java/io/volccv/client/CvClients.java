package io.volccv.client;

import io.volccv.http.HttpTransport;
import io.volccv.ledger.Ledger;
import io.volccv.model.Spool;
import io.volccv.signing.Credentials;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes clients that share what should exist once: ledger, spool, threads, and the connections of
 * those that reach the service the same way.
 */
public final class CvClients implements AutoCloseable {

  /** How long calls that were cut may take to settle when all ends. */
  private static final Duration END_WAIT = Duration.ofSeconds(10);

  private final Ledger ledger;
  private final Spool spool;
  private final Clock clock;
  private final CallThreads threads;
  private final OpenCalls calls = new OpenCalls();
  private final Map<HttpTransport.Options, HttpTransport> transports = new ConcurrentHashMap<>();

  public CvClients(Ledger ledger, Spool spool, Clock clock) {
    this.ledger = ledger;
    this.spool = spool;
    this.clock = clock;
    this.threads = new CallThreads(Math.max(2, Runtime.getRuntime().availableProcessors()));
  }

  /** A client, to be used until {@link #close()}. */
  public CvClient client(CvClient.Settings settings, Credentials credentials, ModelCatalog models) {
    HttpTransport.Options options =
        new HttpTransport.Options(
            settings.baseUrl(),
            settings.connectTimeout(),
            settings.responseTimeout(),
            settings.proxy(),
            settings.sslContext());
    HttpTransport transport = transports.computeIfAbsent(options, HttpTransport::new);
    return new CvClient(
        settings, credentials, transport, ledger, spool, models, clock, threads, calls);
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
    threads.endPauses();
    transports.values().forEach(HttpTransport::close);
    calls.awaitEnd(END_WAIT);
    threads.close();
    transports.clear();
  }
}
