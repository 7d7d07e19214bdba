package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.error.OutputRejectedException;
import io.volccv.error.ServerFaultException;
import io.volccv.error.ThrottledException;
import io.volccv.error.UnreachableException;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

final class RetriesTest {

  private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

  @Test
  void theWaitDoublesUpToItsMaximum() {
    Retries retries = new Retries(() -> 0);
    retries.setFirstDelayMillis(1_000);
    retries.setMaximumDelayMillis(5_000);
    assertThat(delayAfter(retries, unreachable())).isEqualTo(1_000);
    assertThat(delayAfter(retries, unreachable())).isEqualTo(2_000);
    assertThat(delayAfter(retries, unreachable())).isEqualTo(4_000);
    assertThat(delayAfter(retries, unreachable())).isEqualTo(5_000);
    for (int i = 0; i < 100; i++) {
      assertThat(delayAfter(retries, unreachable())).isEqualTo(5_000);
    }
  }

  @Test
  void whatTheServiceAsksForIsNeverCutShortByChance() {
    Retries retries = new Retries(() -> 0.999);
    retries.setMaximumDelayMillis(10_000);
    assertThat(delayAfter(retries, throttled(3_000L))).isBetween(3_000L, 3_750L);
    assertThat(delayAfter(retries, throttled(3_600_000L))).isBetween(10_000L, 12_500L);
  }

  @Test
  void thePropertyOfTheAnswerCountsForOneFailureOnly() {
    Retries retries = new Retries(() -> 0);
    exchange.setProperty("CamelAiRetryAfterMillis", 7_000L);
    assertThat(delayAfter(retries, throttled(null))).isEqualTo(7_000);
    assertThat(delayAfter(retries, throttled(null))).isEqualTo(2_000);
  }

  @Test
  void aRerollDoesNotWaitAndOtherFailuresGetNoDelay() {
    Retries retries = new Retries(() -> 0);
    assertThat(
            delayAfter(
                retries, FakeVolcCv.error(OutputRejectedException::new, "50511", false, null)))
        .isZero();
    exchange.getMessage().removeHeader(Exchange.REDELIVERY_DELAY);
    assertThat(
            delayAfter(retries, FakeVolcCv.error(ServerFaultException::new, "50500", false, null)))
        .isNull();
  }

  @Test
  void failuresAreCountedTogetherAndByType() {
    Retries retries = new Retries(() -> 0);
    delayAfter(retries, throttled(null));
    delayAfter(retries, throttled(null));
    delayAfter(retries, unreachable());
    assertThat(exchange.getProperty(Retries.ATTEMPTS)).isEqualTo(3);
    assertThat(exchange.getProperty(Retries.RETRIES)).isEqualTo(1);
  }

  @Test
  void aRerollKeepsTheOtherParametersAndLeavesTheOriginalMapAlone() throws Exception {
    Map<String, Object> original = Map.of("seed", 1, "scale", 4.5);
    exchange.getMessage().setHeader("CamelVolcCvParams", original);
    new Reroll(() -> 99).process(exchange);
    assertThat(exchange.getMessage().getHeader("CamelVolcCvParams"))
        .isEqualTo(Map.of("seed", 99, "scale", 4.5));
    assertThat(original).containsEntry("seed", 1);
    exchange.getMessage().setHeader("CamelVolcCvParams", "{\"scale\": 2}");
    new Reroll(() -> 7).process(exchange);
    assertThat(exchange.getMessage().getHeader("CamelVolcCvParams"))
        .isEqualTo(Map.of("seed", 7, "scale", 2));
  }

  private Long delayAfter(Retries retries, Exception failure) {
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, failure);
    retries.process(exchange);
    return exchange.getMessage().getHeader(Exchange.REDELIVERY_DELAY, Long.class);
  }

  private static Exception unreachable() {
    return FakeVolcCv.error(UnreachableException::new, null, true, null);
  }

  private static Exception throttled(Long retryAfter) {
    return FakeVolcCv.error(ThrottledException::new, "50429", true, retryAfter);
  }
}
