package io.volccv.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvironmentTest {

  @Test
  void aPairOfKeysAloneMeansTheVendor() {
    Environment environment = read("CONFORMANCE=free ACCESSKEY=a SECRETKEY=hush");

    assertThat(environment.service().base()).hasHost("visual.volcengineapi.com");
    assertThat(environment.service().keyPair()).isEqualTo(new Endpoint.KeyPair("a", "hush", null));
    assertThat(environment.mayPay()).isFalse();
    assertThat(environment.toString()).doesNotContain("hush");
  }

  @Test
  void aKeyGoesToTheGatewayThatIsNamed() {
    Environment environment =
        read("CONFORMANCE=paid API_KEY=k BASE_URL=http://127.0.0.1:9180/volcv/v1");

    assertThat(environment.service().signs()).isFalse();
    assertThat(environment.service().base()).hasPath("/volcv/v1");
    assertThat(environment.mayPay()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "API_KEY=k BASE_URL=https://a.example | write free, or paid",
        "CONFORMANCE=yes API_KEY=k BASE_URL=https://a.example | write free, or paid",
        "CONFORMANCE=free | set either",
        "CONFORMANCE=free ACCESSKEY=a | set either",
        "CONFORMANCE=free ACCESSKEY=a SECRETKEY=s API_KEY=k | set either",
        "CONFORMANCE=free API_KEY=k | needs VOLC_BASE_URL",
        "CONFORMANCE=free API_KEY=k BASE_URL=http://a.example | in the clear",
        "CONFORMANCE=free API_KEY=k BASE_URL=ftp://127.0.0.1 | in the clear",
      })
  void whatIsMissingOrUnsafeIsSaidBeforeAnythingIsSent(String variables, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(variables))
        .withMessageContaining(message);
  }

  private static Environment read(String variables) {
    Map<String, String> map =
        Arrays.stream(variables.split(" "))
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> "VOLC_" + pair[0], pair -> pair[1]));
    return Environment.read(map);
  }
}
