package io.volccv.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SandboxExtensionTest {
  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @RepeatedTest(2)
  void eachTestBeginsWithAnEmptyBillAndNoFaults() throws Exception {
    assertThat(sandbox.bill().posts()).isZero();
    assertThat(sandbox.sandbox().faults()).isEmpty();

    sandbox.whenPrompt("x").fail(50412);
    assertThat(call("a")).contains("\"code\":10000");
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(sandbox.requests()).hasSize(1);
  }

  @Test
  void faultsAreSaidInVerbs() throws Exception {
    sandbox.whenPrompt("dog").fail(50411);
    sandbox.whenCall(2).fail("SignatureDoesNotMatch");
    sandbox.whenCall(3).failWithStatus(502);
    sandbox.whenCall(4).answerAfter(Duration.ofMillis(10));
    sandbox.whenCall(5).then(Fault.always(Fault.Kind.NO_CODE));

    assertThat(call("a dog")).contains("50411");
    assertThat(call("a cat")).contains("100010");
    assertThat(call("a cat")).contains("502");
    assertThat(call("a cat")).contains("10000");
    assertThat(call("a cat")).contains("bad_response_status_code");
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void aTestCanTakeTheSandboxItself(Sandbox injected) {
    assertThat(injected).isSameAs(sandbox.sandbox());
  }

  @Nested
  final class InAnInstanceField {
    @RegisterExtension
    final SandboxExtension own = SandboxExtension.create(options -> options.withApiKey("own"));

    @RepeatedTest(2)
    void thereIsASandboxForEachTest() {
      assertThat(own.gateway()).isNotEqualTo(sandbox.gateway());
      assertThat(own.apiKey()).isEqualTo("own");
      assertThat(own.bill().posts()).isZero();
    }
  }

  private static String call(String prompt) throws IOException, InterruptedException {
    String body = "{\"req_key\":\"k\",\"prompt\":\"" + prompt + "\",\"width\":8,\"height\":8}";
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(sandbox.gateway() + "?Action=CVProcess&Version=2022-08-31"))
            .header("Authorization", "Bearer " + sandbox.apiKey())
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
