package io.volccv.component;

import static java.util.Objects.requireNonNull;

import io.volccv.client.CvClients;
import io.volccv.client.FileSpool;
import io.volccv.client.ModelCatalog;
import io.volccv.error.IoReason;
import io.volccv.ledger.InMemoryLedger;
import io.volccv.ledger.Ledger;
import io.volccv.model.PictureLimits;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.util.PropertiesHelper;
import org.jspecify.annotations.Nullable;

/**
 * The component {@code volccv:}; owns what its endpoints share: ledger, spool, workers,
 * connections.
 */
@Component("volccv")
public class VolcCvComponent extends DefaultComponent
    implements SSLContextParametersAware, PictureLimits.Source {

  /** The defaults of all endpoints. */
  @Metadata private VolcCvConfiguration configuration = new VolcCvConfiguration();

  /** How many calls run at a time. The vendor grants one or two unless more was bought. */
  @Metadata(defaultValue = "2")
  private int maxInFlight = 2;

  /** How many exchanges may wait for a call; more are refused as throttled. */
  @Metadata(defaultValue = "1000", label = "advanced")
  private int maxWaiting = 1000;

  /** The ledger. Without one the component keeps claims in memory. */
  @Metadata(label = "advanced", autowired = true)
  private @Nullable Ledger ledger;

  /** Where pictures wait until they are delivered; by default a folder below the system's own. */
  @Metadata private @Nullable String spoolDirectory;

  /** Up to how many bytes a picture stays in memory. */
  @Metadata(defaultValue = "16384", label = "advanced")
  private int spoolThreshold = 16 * 1024;

  /** Whether the context's global TLS settings are used where an endpoint has none of its own. */
  @Metadata(label = "security", defaultValue = "false")
  private boolean useGlobalSslContextParameters;

  /** One context for the same settings: it is part of what tells connections apart. */
  private final Map<SSLContextParameters, SSLContext> sslContexts = new ConcurrentHashMap<>();

  private final AtomicBoolean toldWithoutKey = new AtomicBoolean();
  private @Nullable RouteThreads routeThreads;
  private @Nullable FileSpool spool;
  private @Nullable CvClients clients;
  private @Nullable Ledger ledgerInUse;

  /** By the file of the option {@code models}; the empty path is the library's own data. */
  private final Map<Path, ModelCatalog> models = new ConcurrentHashMap<>();

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    VolcCvConfiguration copy = configuration.copy();
    Map<String, Object> scalars = PropertiesHelper.extractProperties(parameters, "param.");
    Map<String, Object> param = new LinkedHashMap<>(copy.getParam());
    param.putAll(scalars);
    copy.setParam(param);
    VolcCvEndpoint endpoint = new VolcCvEndpoint(uri, this, operation(remaining), copy);
    setProperties(endpoint, parameters);
    return endpoint;
  }

  /** The TLS context of an endpoint, null for Java's own. */
  @Nullable SSLContext sslContext(VolcCvConfiguration endpoint) {
    SSLContextParameters parameters = endpoint.getSslContextParameters();
    if (parameters == null && useGlobalSslContextParameters) {
      parameters = getCamelContext().getSSLContextParameters();
    }
    return parameters == null
        ? null
        : sslContexts.computeIfAbsent(parameters, this::createSslContext);
  }

  private SSLContext createSslContext(SSLContextParameters parameters) {
    try {
      return parameters.createSSLContext(getCamelContext());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException(
          "sslContextParameters: they cannot be used: " + e.getMessage() + "; correct them", e);
    }
  }

  private static Operation operation(String remaining) {
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.name().equals(remaining))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "volccv:"
                        + remaining
                        + ": there is no such operation; write one of "
                        + Arrays.toString(Operation.values())));
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    EndpointOptions.requirePositive("maxInFlight", maxInFlight);
    EndpointOptions.requirePositive("maxWaiting", maxWaiting);
    routeThreads = new RouteThreads();
    spool = openSpool();
    ledgerInUse = usedLedger();
    ledgerInUse.start();
    clients = new CvClients(ledgerInUse, spool, Clock.systemUTC());
  }

  private FileSpool openSpool() {
    String folder = EndpointOptions.text(spoolDirectory);
    try {
      return folder == null
          ? FileSpool.openPrivate(ownSpool(), spoolThreshold)
          : FileSpool.open(Path.of(folder), spoolThreshold);
    } catch (IOException e) {
      String where = folder == null ? ownSpool().toString() : folder;
      String what = where + " cannot be used: " + IoReason.withoutFile(e);
      throw new IllegalArgumentException(
          EndpointOptions.wrong("spoolDirectory", what, "write a folder to write to").getMessage(),
          e);
    }
  }

  /** The system's own folder is everybody's: a name for each user, and nobody else looks in. */
  private static Path ownSpool() {
    String user = System.getProperty("user.name").replaceAll("\\W", "_");
    return Path.of(System.getProperty("java.io.tmpdir"), "volccv-spool-" + user);
  }

  /** Camel's autowiring gives nothing when there are two; a guess could pay twice. */
  private Ledger usedLedger() {
    if (ledger != null) {
      return ledger;
    }
    Set<Ledger> beans = getCamelContext().getRegistry().findByType(Ledger.class);
    if (beans.size() > 1) {
      throw EndpointOptions.wrong(
          "ledger", beans.size() + " ledgers are in the registry", "name one: ledger=#bean:NAME");
    }
    return beans.isEmpty() ? new InMemoryLedger(maxInFlight, maxWaiting) : beans.iterator().next();
  }

  @Override
  protected void doStop() throws Exception {
    models.clear();
    if (clients != null) {
      clients.close();
      clients = null;
    }
    if (spool != null) {
      spool.close();
      spool = null;
    }
    if (routeThreads != null) {
      routeThreads.close();
      routeThreads = null;
    }
    super.doStop();
  }

  /** The ledger that was set, or found, or made at start. */
  Ledger ledgerInUse() {
    return requireNonNull(ledgerInUse, "the component is not started");
  }

  /** Whether nobody was told yet that a message without a job key cannot be protected. */
  boolean isFirstWithoutKey() {
    return !toldWithoutKey.getAndSet(true);
  }

  /** Where routes go on after a call. */
  RouteThreads routeThreads() {
    return requireNonNull(routeThreads, "the component is not started");
  }

  /**
   * The model data: the library's, and that of {@code file} on top. Each is read once, since
   * endpoints are many.
   */
  ModelCatalog models(@Nullable Path file) {
    ModelCatalog shipped = models.computeIfAbsent(Path.of(""), nothing -> ModelCatalog.shipped());
    if (file == null) {
      return shipped;
    }
    try {
      return models.computeIfAbsent(file, shipped::with);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("models: " + e.getMessage(), e.getCause());
    }
  }

  /** By the option {@code models} of the component; those of endpoints are not asked. */
  @Override
  public PictureLimits pictureLimits(String reqKey) {
    String file = EndpointOptions.text(configuration.getModels());
    return models(file == null ? null : ParamsSource.path("models", file))
        .get(reqKey)
        .pictureLimits();
  }

  @Override
  public Spool spool() {
    return clients().spool();
  }

  CvClients clients() {
    return requireNonNull(clients, "the component is not started");
  }

  public VolcCvConfiguration getConfiguration() {
    return configuration;
  }

  public void setConfiguration(VolcCvConfiguration configuration) {
    this.configuration = configuration;
  }

  public int getMaxInFlight() {
    return maxInFlight;
  }

  public void setMaxInFlight(int maxInFlight) {
    this.maxInFlight = maxInFlight;
  }

  public int getMaxWaiting() {
    return maxWaiting;
  }

  public void setMaxWaiting(int maxWaiting) {
    this.maxWaiting = maxWaiting;
  }

  public @Nullable Ledger getLedger() {
    return ledger;
  }

  public void setLedger(@Nullable Ledger ledger) {
    this.ledger = ledger;
  }

  public @Nullable String getSpoolDirectory() {
    return spoolDirectory;
  }

  public void setSpoolDirectory(@Nullable String spoolDirectory) {
    this.spoolDirectory = spoolDirectory;
  }

  public int getSpoolThreshold() {
    return spoolThreshold;
  }

  public void setSpoolThreshold(int spoolThreshold) {
    this.spoolThreshold = spoolThreshold;
  }

  @Override
  public boolean isUseGlobalSslContextParameters() {
    return useGlobalSslContextParameters;
  }

  @Override
  public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
    this.useGlobalSslContextParameters = useGlobalSslContextParameters;
  }
}
