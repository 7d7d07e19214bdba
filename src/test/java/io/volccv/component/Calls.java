package io.volccv.component;

import io.volccv.sandbox.Sandbox;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** A Camel context with the component, pointed at a sandbox; sends through routes of its own. */
final class Calls implements AutoCloseable {

  private final CamelContext camel = new DefaultCamelContext();
  private final VolcCvComponent component = new VolcCvComponent();

  Calls(Sandbox sandbox, Path spool) {
    component.getConfiguration().setBaseUrl(sandbox.gateway().toString());
    component.getConfiguration().setApiKey(sandbox.options().apiKey());
    component.setSpoolDirectory(spool.toString());
    camel.addComponent("volccv", component);
    camel.start();
  }

  CamelContext camel() {
    return camel;
  }

  /** Looks at the message while the exchange is not yet done. */
  interface Check {
    void accept(Exchange exchange) throws Exception;
  }

  Exchange send(String uri, Object body) throws Exception {
    return send(uri, body, Map.of(), exchange -> {});
  }

  Exchange send(String uri, Object body, Map<String, Object> headers, Check check)
      throws Exception {
    String route = "direct:" + camel.getRoutesSize();
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from(route).errorHandler(noErrorHandler()).to(uri).process(check::accept);
          }
        });
    return camel
        .createProducerTemplate()
        .request(
            route,
            exchange -> {
              exchange.getMessage().setBody(body);
              exchange.getMessage().setHeaders(new HashMap<>(headers));
            });
  }

  @Override
  public void close() {
    camel.stop();
  }
}
