package io.volccv.bench.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.dataformat.JsonLibrary;

/** What one writes without this project: camel-http, camel-jackson, and two small processors. */
public final class CamelHttpClient implements Client {

  private final Target target;
  private final CamelContext camel = new DefaultCamelContext();
  private final ProducerTemplate template;
  private final AtomicInteger names = new AtomicInteger();

  public CamelHttpClient(Target target) throws Exception {
    this.target = target;
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:in")
                .process(CamelHttpClient.this::request)
                .marshal()
                .json(JsonLibrary.Jackson)
                .setHeader(Exchange.HTTP_METHOD, constant("POST"))
                .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                .setHeader("Authorization", constant("Bearer " + Target.API_KEY))
                .to(
                    target.url()
                        + "?Action=CVProcess&Version=2022-08-31&maxTotalConnections="
                        + target.concurrency()
                        + "&connectionsPerRoute="
                        + target.concurrency())
                .unmarshal()
                .json(JsonLibrary.Jackson, Map.class)
                .process(CamelHttpClient.this::pictures);
          }
        });
    camel.start();
    template = camel.createProducerTemplate();
  }

  private void request(Exchange exchange) throws IOException {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("req_key", target.reqKey());
    fields.put("prompt", Target.PROMPT);
    if (target.payload().hasInput()) {
      byte[] picture = Files.readAllBytes(exchange.getMessage().getBody(Path.class));
      fields.put("binary_data_base64", List.of(Base64.getEncoder().encodeToString(picture)));
    }
    exchange.getMessage().setBody(fields);
  }

  private void pictures(Exchange exchange) throws IOException {
    Map<?, ?> data = (Map<?, ?>) exchange.getMessage().getBody(Map.class).get("data");
    long bytes = 0;
    List<Path> files = new ArrayList<>();
    for (Object text : (List<?>) data.get("binary_data_base64")) {
      byte[] picture = Base64.getDecoder().decode((String) text);
      files.add(Files.write(target.folder().resolve("http-" + names.incrementAndGet()), picture));
      bytes += picture.length;
    }
    target.requireWhole(files.size(), bytes);
    for (Path file : files) {
      Files.delete(file);
    }
  }

  @Override
  public boolean isBlocking() {
    return true;
  }

  @Override
  public void work(Auth auth, Calls calls) {
    while (calls.begin()) {
      long start = System.nanoTime();
      Exchange done =
          template.request("direct:in", exchange -> exchange.getMessage().setBody(target.input()));
      if (done.getException() != null) {
        calls.fail(done.getException());
        return;
      }
      calls.end(start);
    }
  }

  @Override
  public void close() throws Exception {
    camel.close();
  }
}
