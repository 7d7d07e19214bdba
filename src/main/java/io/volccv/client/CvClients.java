package io.volccv.client;

import io.volccv.http.HttpTransport;
import io.volccv.ledger.Ledger;
import io.volccv.model.Spool;
import io.volccv.signing.Credentials;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Makes clients that share what should exist once: ledger, spool, workers, and the connections of
 * those that reach the service the same way.
 */
public final class CvClients implements AutoCloseable {

  private final Ledger ledger;
  private final Spool spool;
  private final Clock clock;
  private final Executor workers;
  private final Map<HttpTransport.Options, HttpTransport> transports = new ConcurrentHashMap<>();

  /**
   * @param workers for what may block; stays the caller's
   */
  public CvClients(Ledger ledger, Spool spool, Clock clock, Executor workers) {
    this.ledger = ledger;
    this.spool = spool;
    this.clock = clock;
    this.workers = workers;
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
    return new CvClient(settings, credentials, transport, ledger, spool, models, clock, workers);
  }

  /** Where a body that can be read only once is kept while it is needed. */
  public Spool spool() {
    return spool;
  }

  /** Cuts all connections. */
  @Override
  public void close() {
    transports.values().forEach(HttpTransport::close);
    transports.clear();
  }
}
