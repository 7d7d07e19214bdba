package io.volccv.conformance;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.volccv.conformance.Comparison.Difference;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The sandbox answers as the service does. See {@code docs/conformance.md} for how to ask the
 * service itself.
 */
final class ConformanceTest {
  private static final Sandbox SANDBOX =
      Sandbox.start(
          SandboxOptions.defaults()
              .withPort(0)
              .withReqKeys(Set.of(RequestChecks.MODEL, "jimeng_t2i_v40")));

  @AfterAll
  static void stop() {
    SANDBOX.close();
  }

  @TestFactory
  Stream<DynamicTest> theSignedDoorAnswersAsItIsDocumented() {
    return tests(signedDoor());
  }

  @TestFactory
  Stream<DynamicTest> theGatewayAnswersAsItIsDocumented() {
    return tests(gateway());
  }

  @Test
  @EnabledIfEnvironmentVariable(named = "VOLC_CONFORMANCE", matches = ".+")
  void whatARealServiceAnswersOtherwiseIsListed() throws Exception {
    Environment environment = Environment.read(System.getenv());
    Endpoint service = environment.service();
    Answer nothing = Post.to(service, "{}").send();
    assertThat(nothing.status())
        .as("%s refuses the keys: %s", service.base(), nothing.json())
        .isNotIn(401, 403);
    List<Check> checks =
        Conformance.checks(service).stream()
            .filter(check -> environment.mayPay() || check.cost() == Check.Cost.FREE)
            .toList();

    // The usual quota is two calls a second, and a throttled check would tell nothing.
    List<Difference> differences =
        Conformance.compare(
            checks,
            service.signs() ? signedDoor() : gateway(),
            service,
            () -> await().pollDelay(1, SECONDS).until(() -> true));

    String report =
        "%s with %s: %d checks, %d differences from the sandbox%n%s"
            .formatted(
                service.base(),
                service.keys(),
                checks.size(),
                differences.size(),
                Conformance.table(differences));
    Files.writeString(Path.of("target", "conformance.txt"), report);
    System.out.println(report);
  }

  private static Stream<DynamicTest> tests(Endpoint sandbox) {
    return Conformance.checks(sandbox).stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(), () -> check.sandbox().accept(check.question().put(sandbox))));
  }

  private static Endpoint signedDoor() {
    SandboxOptions options = SANDBOX.options();
    return new Endpoint(
        SANDBOX.uri(),
        new Endpoint.KeyPair(options.accessKeyId(), options.secretAccessKey(), null));
  }

  private static Endpoint gateway() {
    return new Endpoint(SANDBOX.gateway(), new Endpoint.Bearer(SANDBOX.options().apiKey()));
  }
}
