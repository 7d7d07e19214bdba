package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.DefaultUnitOfWork;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@link IntakeGate} and {@link InProgress} with a clock of the test. */
final class IntakeTest {

  @TempDir Path folder;
  private final DefaultCamelContext context = new DefaultCamelContext();
  private final AtomicLong nanos = new AtomicLong(-5);
  private final IntakeGate gate = new IntakeGate(nanos::get);
  private Consumer consumer;
  private Endpoint endpoint;

  @BeforeEach
  void start() throws Exception {
    context.addRoutes(
        new RouteBuilder() {
          @Override
          public void configure() {
            from("timer:a?repeatCount=0&delay=1000000").routeId("source").to("log:a");
          }
        });
    context.start();
    consumer = context.getRoute("source").getConsumer();
    endpoint = consumer.getEndpoint();
  }

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void theGateIsClosedWhileTheRouteIsFull() {
    gate.setLimit(2);
    Exchange one = inFlight();
    assertThat(gate.begin(consumer, endpoint)).isTrue();
    Exchange two = inFlight();
    assertThat(gate.begin(consumer, endpoint)).isFalse();
    context.getInflightRepository().remove(two, "source");
    assertThat(gate.begin(consumer, endpoint)).isTrue();
    context.getInflightRepository().remove(one, "source");
    assertThatThrownBy(() -> gate.setLimit(0)).hasMessageContaining("at least 1");
  }

  @Test
  void theSourceIsIdleWhenAllPollsOfATimeWereEmptyWithNothingInFlight() {
    assertThat(gate.isIdleFor(Duration.ZERO)).isFalse();
    gate.commit(consumer, endpoint, 0);
    assertThat(gate.isIdleFor(Duration.ZERO)).isTrue();
    later(Duration.ofSeconds(2));
    gate.commit(consumer, endpoint, 0);
    assertThat(gate.isIdleFor(Duration.ofSeconds(2))).isTrue();
    gate.commit(consumer, endpoint, 1);
    assertThat(gate.isIdleFor(Duration.ZERO)).isFalse();
    Exchange exchange = inFlight();
    gate.commit(consumer, endpoint, 0);
    assertThat(gate.isIdleFor(Duration.ZERO)).isFalse();
    context.getInflightRepository().remove(exchange, "source");
    gate.commit(consumer, endpoint, 0);
    assertThat(gate.isIdleFor(Duration.ZERO)).isTrue();
    assertThat(gate.rollback(consumer, endpoint, 0, new IOException("disk"))).isFalse();
    assertThat(gate.isIdleFor(Duration.ZERO)).isFalse();
  }

  @Test
  void aRestingGateIsClosedForItsTimeAndNotIdle() {
    gate.setRestMillis(1_000);
    gate.commit(consumer, endpoint, 0);
    gate.rest();
    assertThat(gate.begin(consumer, endpoint)).isFalse();
    assertThat(gate.isIdleFor(Duration.ZERO)).isFalse();
    later(Duration.ofSeconds(1));
    assertThat(gate.begin(consumer, endpoint)).isTrue();
  }

  @Test
  void aFileThatStayedIsLeftAloneForAWhile() throws IOException {
    InProgress files = new InProgress(nanos::get);
    files.setLeaveAloneMillis(1_000);
    String path = Files.writeString(folder.resolve("a"), "").toString();
    Exchange exchange = new DefaultExchange(context);

    assertThat(files.add(path)).isTrue();
    assertThat(files.add(path)).isFalse();
    assertThat(files.add(exchange, path)).isTrue();
    files.remove(exchange, path); // the lock was not given
    files.remove(path);
    assertThat(files.contains(path)).isFalse();

    assertThat(files.add(path)).isTrue();
    exchange.getExchangeExtension().setUnitOfWork(new DefaultUnitOfWork(exchange));
    files.remove(exchange, path); // its turn is over
    files.remove(path);
    assertThat(files.contains(path)).isTrue();
    later(Duration.ofSeconds(1));
    assertThat(files.contains(path)).isFalse();

    Files.delete(Path.of(path));
    assertThat(files.add(path)).isTrue();
    files.remove(exchange, path);
    files.remove(path);
    assertThat(files.contains(path)).isFalse();
  }

  private Exchange inFlight() {
    Exchange exchange = new DefaultExchange(context);
    context.getInflightRepository().add(exchange, "source");
    return exchange;
  }

  private void later(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
