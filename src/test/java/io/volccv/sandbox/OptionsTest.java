package io.volccv.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.volccv.sandbox.SandboxOptions.Latency;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class OptionsTest {
  @Test
  void theDefaultsAreTheDocumentedOnes() {
    SandboxOptions options = SandboxOptions.defaults();

    assertThat(options.port()).isEqualTo(9180);
    assertThat(options.host()).isEqualTo("127.0.0.1");
    assertThat(options.apiKey()).isEqualTo("sandbox-key");
    assertThat(options.accessKeyId()).isEqualTo("AKLTSANDBOX");
    assertThat(options.secretAccessKey()).isEqualTo("c2FuZGJveC1zZWNyZXQ=");
    assertThat(options.urlTtl()).isEqualTo(Duration.ofHours(24));
    assertThat(options.taskTtl()).isEqualTo(Duration.ofHours(12));
    assertThat(options.rate()).isNull();
    assertThat(options.concurrency()).isNull();
  }

  @Test
  void aTaskLivesForSomeTime() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SandboxOptions.defaults().withTaskTtl(Duration.ZERO))
        .withMessageContaining("taskTtl");
  }

  @Test
  void secretsAreNotPrinted() {
    assertThat(SandboxOptions.defaults().toString())
        .doesNotContain("sandbox-key", "c2FuZGJveC1zZWNyZXQ=");
  }

  @Test
  void aChangeLeavesTheOthers() {
    SandboxOptions options = SandboxOptions.defaults().withRate(2.0).withPort(0).withConcurrency(1);

    assertThat(options.rate()).isEqualTo(2.0);
    assertThat(options.concurrency()).isEqualTo(1);
    assertThat(options.host()).isEqualTo("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({"200ms,PT0.2S", "0.2s,PT0.2S", "8s,PT8S", "5m,PT5M", "24h,PT24H", "2d,PT48H"})
  void durationsAreReadAsPeopleWriteThem(String text, Duration duration) {
    assertThat(SandboxOptions.duration(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "5", "soon", "-1s", "1 hour", "999999999d"})
  void otherDurationsAreRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SandboxOptions.duration(text))
        .withMessageContaining("duration");
  }

  @Test
  void aLatencyIsOneDurationOrARange() {
    assertThat(Latency.parse("200ms"))
        .isEqualTo(new Latency(Duration.ofMillis(200), Duration.ofMillis(200)));
    assertThat(Latency.parse("0.2s..8s"))
        .isEqualTo(new Latency(Duration.ofMillis(200), Duration.ofSeconds(8)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Latency.parse("8s..1s"))
        .withMessageContaining("latency");
    assertThatIllegalArgumentException().isThrownBy(() -> Latency.parse("1s.."));
  }

  @Test
  void aRangeOfLatenciesIsMetAtBothEndsAndBetween() {
    Latency latency = Latency.parse("0.2s..8s");

    assertThat(latency.at(0)).isEqualTo(Duration.ofMillis(200));
    assertThat(latency.at(1).toMillis()).isBetween(7999L, 8000L);
    assertThat(latency.at(0.5).toMillis()).isBetween(1264L, 1266L);
    assertThat(Latency.NONE.at(0.7)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "999,999ns",
    "84448,84.448µs",
    "456790505,456.790505ms",
    "5861744206,5.861744206s",
    "61500000000,1m1.5s"
  })
  void elapsedTimeIsPrintedAsTheServicePrintsIt(long nanos, String text) {
    assertThat(Durations.go(Duration.ofNanos(nanos))).isEqualTo(text);
  }
}
