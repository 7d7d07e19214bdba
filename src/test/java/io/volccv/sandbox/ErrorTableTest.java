package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.TestCalls.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Every line of the project's table of errors, as a fault, over HTTP. */
final class ErrorTableTest {
  private static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults().withPort(0));

  @AfterAll
  static void stop() {
    SANDBOX.close();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvFileSource(resources = "/sandbox/error-codes.csv", numLinesToSkip = 1)
  void everyErrorComesWithItsStatusAndEnvelope(
      String layer, String code, String http, String name) {
    boolean isCode = code.matches("\\d+") || (layer.equals("gateway") && code.matches("[A-Za-z]+"));
    if (!isCode || code.equals("10000")) {
      return;
    }
    SANDBOX.faults(List.of(Fault.code(code)));

    Answer answer = new TestCalls(SANDBOX).post(textCall("a"));

    if (http != null) {
      assertThat(answer.status()).isEqualTo(Integer.parseInt(http));
    } else {
      assertThat(answer.status()).isBetween(400, 499);
    }
    if (layer.equals("business")) {
      assertThat(answer.code()).isEqualTo(Integer.parseInt(code));
      assertThat(answer.json().path("data").isNull()).isTrue();
      assertThat(answer.json().path("message").asText()).isNotBlank();
    } else {
      assertThat(answer.json().has("code")).isFalse();
      var error = answer.json().at("/ResponseMetadata/Error");
      assertThat(error.path("Code").asText()).isEqualTo(name == null ? code : name);
      assertThat(error.path("CodeN").asText()).isEqualTo(code.matches("\\d+") ? code : "");
    }
    assertThat(SANDBOX.bill().images()).isZero();
  }
}
