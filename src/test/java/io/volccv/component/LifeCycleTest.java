package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.error.UnreachableException;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import io.volccv.sandbox.SandboxOptions.Latency;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts, stops, blocking routes: whatever happens, each exchange comes to its end. */
final class LifeCycleTest {

  private static final String CALL = "volccv:process?reqKey=high_aes_general_v30l_zt2i";

  @TempDir Path folder;

  private Sandbox sandbox;
  private DefaultCamelContext camel;
  private VolcCvComponent component;
  private ProducerTemplate template;

  @BeforeEach
  void start() {
    sandbox =
        Sandbox.start(
            SandboxOptions.defaults()
                .withPort(0)
                .withLatency(new Latency(Duration.ofMillis(300), Duration.ofMillis(300))));
    component = new VolcCvComponent();
    component.getConfiguration().setBaseUrl(sandbox.gateway().toString());
    component.getConfiguration().setApiKey(sandbox.options().apiKey());
    component.setSpoolDirectory(folder.resolve("spool").toString());
    camel = new DefaultCamelContext();
    camel.addComponent("volccv", component);
    camel.start();
    template = camel.createProducerTemplate();
  }

  @AfterEach
  void stop() {
    camel.stop();
    sandbox.close();
  }

  @Test
  void aStopEndsTheCallsUnderWayAndThoseThatWait() throws Exception {
    component.setMaxInFlight(1);
    component.stop();
    component.start();
    List<CompletableFuture<Exchange>> calls = send(CALL, 6);
    await().until(() -> sandbox.bill().posts() == 1);

    component.stop();

    for (CompletableFuture<Exchange> call : calls) {
      assertThat(call.get(10, TimeUnit.SECONDS)).as("it ended, well or not").isNotNull();
    }
    assertThat(calls.stream().map(CompletableFuture::join).map(Exchange::getException))
        .as("those that waited were not sent")
        .filteredOn(UnreachableException.class::isInstance)
        .hasSize(5);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aRestartedComponentWorksOn() throws Exception {
    send(CALL, 1).get(0).join();
    component.stop();
    component.start();

    assertThat(send(CALL, 1).get(0).get(10, TimeUnit.SECONDS).getException()).isNull();
    assertThat(sandbox.bill().images()).isEqualTo(2);
  }

  @Test
  void aRouteMayCallAgainAndWaitForIt() throws Exception {
    component.setMaxInFlight(8);
    component.stop();
    component.start();
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:second").to(CALL);
            from("direct:first")
                .to(CALL)
                .process(exchange -> template.requestBody("direct:second", "again"));
          }
        });

    for (CompletableFuture<Exchange> call : send("direct:first", 8)) {
      assertThat(call.get(20, TimeUnit.SECONDS).getException()).isNull();
    }
    assertThat(sandbox.bill().images()).isEqualTo(16);
  }

  @Test
  void aSinkThatBlocksDoesNotHoldUpCalls() throws Exception {
    CountDownLatch sinkOpens = new CountDownLatch(1);
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:slow").to(CALL).process(exchange -> sinkOpens.await());
          }
        });

    List<CompletableFuture<Exchange>> calls = send("direct:slow", 12);
    await().until(() -> sandbox.bill().images() == 12);
    sinkOpens.countDown();

    for (CompletableFuture<Exchange> call : calls) {
      assertThat(call.get(10, TimeUnit.SECONDS).getException()).isNull();
    }
  }

  @Test
  void aStreamThatCanBeReadOnceIsRedeliveredWhole() throws Exception {
    sandbox.faults(List.of(Fault.code("50429").times(2)));
    byte[] picture = Files.readAllBytes(Path.of("samples/chelsea.png"));
    camel.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("direct:once")
                .streamCache("false")
                .errorHandler(defaultErrorHandler().maximumRedeliveries(5).redeliveryDelay(1))
                .to("volccv:process?prompt=a cat&reqKey=high_aes_scheduler_svr_controlnet_v2.0");
          }
        });

    Exchange done =
        template.request(
            "direct:once",
            exchange -> exchange.getMessage().setBody(new ByteArrayInputStream(picture)));

    assertThat(done.getException()).isNull();
    assertThat(done.getProperties())
        .as("what an earlier attempt said is forgotten")
        .doesNotContainKeys("CamelAiErrorCategory", "CamelAiRetryAfterMillis");
    assertThat(sandbox.bill().posts()).isEqualTo(3);
    assertThat(
            sandbox.requests().stream()
                .map(request -> request.at("/body/binary_data_base64/0/bytes").intValue()))
        .containsOnly(picture.length);
  }

  private List<CompletableFuture<Exchange>> send(String uri, int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> template.asyncSend(uri, exchange -> exchange.getMessage().setBody("prompt " + i)))
        .toList();
  }
}
