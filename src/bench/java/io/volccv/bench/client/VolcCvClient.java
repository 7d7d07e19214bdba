package io.volccv.bench.client;

import io.volccv.component.VolcCvComponent;
import io.volccv.ledger.InMemoryLedger;
import io.volccv.ledger.Ledger;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;

/** {@code volccv:process} in a Camel route, with a ledger that forgets. */
public class VolcCvClient implements Client {

  private static final String ROUTE = "direct:";

  private final Target target;
  private final Ledger ledger;
  private final boolean durable;
  private final CamelContext camel = new DefaultCamelContext();
  private final AtomicLong jobs = new AtomicLong(System.nanoTime());

  public VolcCvClient(Target target) throws Exception {
    this(
        target,
        new InMemoryLedger(target.concurrency(), Math.max(1000, target.concurrency())),
        false);
  }

  /**
   * @param durable whether jobs have keys, and are delivered at the end
   */
  VolcCvClient(Target target, Ledger ledger, boolean durable) throws Exception {
    this.target = target;
    this.ledger = ledger;
    this.durable = durable;
    VolcCvComponent component = new VolcCvComponent();
    component.getConfiguration().setBaseUrl(target.url());
    component.getConfiguration().setDownload(false);
    // Thousands connect at a time, and a busy machine takes long for it: no call is to fail by
    // that.
    component.getConfiguration().setConnectTimeout(60_000);
    component.setMaxInFlight(target.concurrency());
    component.setLedger(ledger);
    component.setSpoolDirectory(target.folder().resolve("spool").toString());
    camel.addComponent("volccv", component);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            route(this, Auth.BEARER, "apiKey=" + Target.API_KEY);
            String keys =
                "accessKeyId="
                    + Target.ACCESS_KEY_ID
                    + "&secretAccessKey="
                    + Target.SECRET_ACCESS_KEY;
            route(this, Auth.SIGNED, keys);
          }
        });
    camel.start();
  }

  private void route(RouteBuilder routes, Auth auth, String credentials) {
    ProcessorDefinition<?> route =
        routes
            .from(ROUTE + auth)
            .setHeader("CamelVolcCvPrompt", routes.constant(Target.PROMPT))
            .to("volccv:process?output=result&reqKey=" + target.reqKey() + "&" + credentials)
            .process(this::check);
    if (durable) {
      route.to("volccv:delivered");
    }
  }

  private void check(Exchange exchange) {
    CvResult result = exchange.getMessage().getBody(CvResult.class);
    target.requireWhole(
        result.images().size(), result.images().stream().mapToLong(CvImage::length).sum());
  }

  @Override
  public boolean isBlocking() {
    return false;
  }

  /** Begins a call, and at its end the next one: as many at a time as this is called. */
  @Override
  public void work(Auth auth, Calls calls) {
    if (!calls.begin()) {
      return;
    }
    long start = System.nanoTime();
    try {
      Endpoint endpoint = camel.getEndpoint(ROUTE + auth);
      Exchange exchange = endpoint.createExchange();
      if (target.payload().hasInput()) {
        exchange.getMessage().setBody(target.input());
      }
      if (durable) {
        exchange.getMessage().setHeader("CamelVolcCvJobKey", "job-" + jobs.incrementAndGet());
      }
      AsyncProducer producer = endpoint.createAsyncProducer();
      producer.start();
      producer.process(
          exchange,
          synchronously -> {
            if (exchange.getException() != null) {
              calls.fail(exchange.getException());
              return;
            }
            calls.end(start);
            work(auth, calls);
          });
    } catch (Exception e) {
      calls.fail(e);
    }
  }

  @Override
  public void close() throws Exception {
    camel.close();
    ledger.close();
  }
}
