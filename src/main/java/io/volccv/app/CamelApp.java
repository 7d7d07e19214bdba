package io.volccv.app;

import io.volccv.component.VolcCvComponent;
import io.volccv.files.Intake;
import io.volccv.files.JobListener;
import io.volccv.ledger.InMemoryLedger;
import io.volccv.ledger.JdbcLedger;
import io.volccv.ledger.Ledger;
import io.volccv.ledger.Quota;
import io.volccv.queue.QueueBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.direct.DirectEndpoint;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.DefaultRoutesCollector;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.ResourceHelper;

/** Camel with the routes of a home, from start to drained stop. */
final class CamelApp implements AutoCloseable {
  private final Main main;
  private final Optional<JdbcLedger> ledger;
  private final Optional<QueueBroker> broker;
  private final Optional<LedgerStates> states;

  private CamelApp(
      Main main,
      Optional<JdbcLedger> ledger,
      Optional<QueueBroker> broker,
      Optional<LedgerStates> states) {
    this.main = main;
    this.ledger = ledger;
    this.broker = broker;
    this.states = states;
  }

  /**
   * Starts the enabled routes.
   *
   * @throws ConfigException when anything of the configuration or the routes can't work
   * @throws io.volccv.ledger.LedgerUnusableException when the ledger can't be trusted
   */
  static CamelApp start(Settings settings, JobListener listener) {
    Optional<JdbcLedger> ledger = new LedgerSettings(settings).ledger();
    ledger.ifPresent(JdbcLedger::start);
    Optional<QueueBroker> broker;
    try {
      broker = QueueSettings.broker(settings);
    } catch (ConfigException e) {
      ledger.ifPresent(JdbcLedger::close);
      throw e;
    }
    Main main = new Main();
    main.bind("jobListener", listener);
    ledger.ifPresent(durable -> main.bind("ledger", durable));
    return start(settings, main, ledger, broker);
  }

  /**
   * Starts the enabled routes without their sources: nothing is taken from anywhere.
   *
   * @param ledger decides about each call
   * @throws ConfigException when anything of the configuration or the routes can't work
   */
  static CamelApp withoutSources(Settings settings, Ledger ledger) {
    CamelApp app = unstarted(settings, ledger);
    try {
      for (Route route : app.context().getRoutes()) {
        if (route.getEndpoint() instanceof DirectEndpoint) {
          app.context().getRouteController().startRoute(route.getRouteId());
        }
      }
      return app;
    } catch (Exception e) {
      app.close();
      throw StartFailure.of(settings.home(), e);
    }
  }

  /**
   * The enabled routes, of which none is started: for their endpoints. Needs no credentials of the
   * service.
   *
   * @throws ConfigException when anything of the configuration or the routes can't work
   */
  static CamelApp unstarted(Settings settings) {
    return unstarted(settings, new RehearsalLedger());
  }

  private static CamelApp unstarted(Settings settings, Ledger ledger) {
    Main main = new Main();
    main.bind("ledger", ledger);
    main.configure().setAutoStartup(false);
    return start(settings, main, Optional.empty(), QueueSettings.unconnected(settings));
  }

  private static CamelApp start(
      Settings settings, Main main, Optional<JdbcLedger> ledger, Optional<QueueBroker> broker) {
    broker.ifPresent(queue -> main.bind("jms", queue.component()));
    // Signals are handled by Termination, which ends more than Camel.
    main.setShutdownStrategy(new SimpleMainShutdownStrategy());
    // All properties come from the home; one that happens to be on the class path is not ours.
    main.setPropertyPlaceholderLocations("false");
    main.setInitialProperties(properties(settings.camel()));
    Properties own = properties(settings.app());
    settings.params().forEach((name, value) -> own.put("volccv.param." + name, value.toString()));
    main.setOverrideProperties(own);
    main.setRoutesCollector(
        new FileRoutes(RouteFiles.of(settings.home(), settings.sources(), settings.sinks())));
    Optional<LedgerStates> states =
        ledger.flatMap(durable -> new LedgerSettings(settings).url()).map(LedgerStates::new);
    states.ifPresent(known -> main.bind("jobStates", known));
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeConfigure(BaseMainSupport starting) {
            new CamelNumbers(starting.getCamelContext()).check(settings.camel());
            VolcCvComponent component = component(starting.getCamelContext());
            component.getConfiguration().setParam(settings.params());
            if (ledger.isEmpty()) {
              limit(component, new LedgerSettings(settings).quota());
            }
          }
        });
    CamelApp app = new CamelApp(main, ledger, broker, states);
    try {
      main.init();
      main.start();
      RouteBudgets.requireRoutes(
          new LedgerSettings(settings).budget().routes(),
          app.context().getRoutes().stream()
              .filter(route -> !route.getEndpoint().getEndpointUri().startsWith("direct:"))
              .map(Route::getRouteId)
              .toList());
      return app;
    } catch (ConfigException e) {
      app.close();
      throw e;
    } catch (Exception e) {
      app.close();
      throw StartFailure.of(settings.home(), e);
    }
  }

  /**
   * Whether the sources had nothing for so long.
   *
   * @throws ConfigException when no source can tell
   */
  boolean isIdleFor(Duration time) {
    Set<Intake> intakes = context().getRegistry().findByType(Intake.class);
    if (intakes.isEmpty()) {
      throw new ConfigException(
          "--once", "no source can tell when it is empty", "write volccv.sources=folder");
    }
    return context().getInflightRepository().size() == 0
        && intakes.stream().allMatch(intake -> intake.isIdleFor(time));
  }

  /** Where calls go. */
  String baseUrl() {
    return component(context()).getConfiguration().getBaseUrl();
  }

  private static VolcCvComponent component(CamelContext context) {
    return context.getComponent("volccv", VolcCvComponent.class);
  }

  /** What the ledger in memory has to keep; a durable one knows it already. */
  private static void limit(VolcCvComponent component, Quota quota) {
    if (quota.rate() > 0) {
      component.setLedger(new InMemoryLedger(quota, InstantSource.system()));
    }
    component.setMaxWaiting(quota.maxWaiting());
    if (quota.concurrency() > 0) {
      component.setMaxInFlight(quota.concurrency());
    }
  }

  CamelContext context() {
    return main.getCamelContext();
  }

  /** Stops taking inputs, and waits for what is under way as long as the configuration allows. */
  @Override
  public void close() {
    main.stop();
    states.ifPresent(LedgerStates::close);
    broker.ifPresent(QueueBroker::close);
    ledger.ifPresent(JdbcLedger::close);
  }

  /** Whether the last stop had to cut something off. */
  boolean wasCutOff() {
    return context().getShutdownStrategy().isTimeoutOccurred();
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
  }

  /**
   * Exactly these files. A pattern, as Camel would have it, breaks at the first comma or star in
   * the home's path.
   */
  private static final class FileRoutes extends DefaultRoutesCollector {
    private final List<Path> files;

    FileRoutes(List<Path> files) {
      this.files = files;
    }

    @Override
    public Collection<Resource> findRouteResourcesFromDirectory(
        CamelContext context, String excludePattern, String includePattern) {
      List<Resource> resources = new ArrayList<>();
      files.forEach(file -> resources.add(ResourceHelper.resolveResource(context, "file:" + file)));
      return resources;
    }
  }
}
