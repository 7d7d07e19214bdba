package io.volccv.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Job.Outcome;
import io.volccv.testing.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code routes/to-webhook.yaml} as shipped, with a real web service. */
final class WebhookRouteTest {

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path temp;
  private RemoteHome home;
  private WebhookTestServer hook;

  @BeforeEach
  void unpack() throws Exception {
    hook = new WebhookTestServer();
    home = new RemoteHome(temp.resolve("home"), sandbox);
    home.config("webhook.url=" + hook.url(), "webhook.secret={{env:WEBHOOK_SECRET:}}");
    home.drop("cats/tom \"the cat\".png", Files.readAllBytes(Path.of("samples/chelsea.png")));
  }

  @AfterEach
  void close() {
    home.close();
    hook.close();
  }

  @Test
  void theRequestIsSignedAndNamesTheJob() throws Exception {
    home.config("volccv.sinks=webhook").start();
    waitForTheEnd();

    WebhookTestServer.Request request = hook.requests.get(0);
    JsonNode provenance = hook.pictures().keySet().iterator().next();
    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(request.method() + " " + request.path()).isEqualTo("POST /hook");
    assertThat(request.header("content-type")).startsWith("multipart/form-data; boundary=");
    assertThat(request.header("idempotency-key"))
        .isEqualTo(provenance.get("jobKey").textValue())
        .isEqualTo(request.header("webhook-id"));
    assertThat(Instant.ofEpochSecond(Long.parseLong(request.header("webhook-timestamp"))))
        .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(1));
    assertThat(request.header("webhook-signature")).isEqualTo(signature(request, "a secret"));
    assertThat(request.headers().keySet()).noneMatch(name -> name.startsWith("camel"));
    assertThat(new String(request.body(), UTF_8))
        .contains("filename=\"cats/tom %22the cat%22.jpg\"", "Content-Type: image/jpeg");
  }

  @Test
  void aServiceThatIsDownForAWhileIsToldLater() throws Exception {
    hook.answer =
        request -> hook.requests.size() == 1 ? 503 : hook.requests.size() == 2 ? 429 : 204;
    home.config("volccv.sinks=webhook").start();
    waitForTheEnd();

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.DONE);
    assertThat(hook.requests).hasSize(3);
    assertThat(hook.requests)
        .extracting(request -> request.header("idempotency-key"))
        .containsOnly(hook.requests.get(0).header("idempotency-key"));
    assertThat(hook.requests.get(2).body()).hasSameSizeAs(hook.requests.get(0).body());
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 302})
  void aServiceThatRefusesIsAskedOnce(int status) throws Exception {
    hook.answer = request -> status;
    home.config("volccv.sinks=webhook").start();
    waitForTheEnd();

    assertThat(home.ended.get(0).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(hook.requests).hasSize(1);
    assertThat(home.folder.resolve("data/failed/cats/tom \"the cat\".png.error.json"))
        .content()
        .contains("" + status)
        .doesNotContain("a secret");
  }

  @Test
  void itMaySayWhereThePictureIs() throws Exception {
    home.config("volccv.sinks=folder,webhook", "webhook.content=place").start();
    waitForTheEnd();

    JsonNode said = new ObjectMapper().readTree(hook.requests.get(0).body());
    assertThat(said.at("/outputs/0/name").textValue()).isEqualTo("cats/tom \"the cat\".jpg");
    assertThat(Path.of(said.at("/outputs/0/places/0").textValue()))
        .isEqualTo(home.folder.resolve("data/outbox/cats/tom \"the cat\".jpg"))
        .exists();
    assertThat(said.at("/outputs/0/provenance/outputSha256").textValue()).hasSize(64);
    assertThat(hook.requests.get(0).header("webhook-signature"))
        .isEqualTo(signature(hook.requests.get(0), "a secret"));
  }

  private void waitForTheEnd() {
    await().atMost(20, TimeUnit.SECONDS).until(() -> home.ended.size() == 1);
  }

  private static String signature(WebhookTestServer.Request request, String secret)
      throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
    mac.update(
        (request.header("webhook-id") + "." + request.header("webhook-timestamp") + ".")
            .getBytes(UTF_8));
    return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(request.body()));
  }
}
