package io.volccv.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.volccv.app.TestCertificate;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who gets in, and who is shown the door. The schema of OpenAPI is that of the OpenAPI Initiative
 * (Apache-2.0).
 */
final class HttpGuardTest {
  private static final String TOKEN = "a-token-of-some-length";
  private static final String JOB = "{\"prompt\": \"a cat\"}";

  @TempDir Path temp;

  @Test
  void onlyWhoHasTheTokenGetsInOverTls() throws Exception {
    SSLContext trusting = TestCertificate.trusting();
    HttpClient client = HttpClient.newBuilder().sslContext(trusting).build();
    String key = TestCertificate.key().toString();
    try (HttpDoorHome home =
        new HttpDoorHome(
            temp,
            door -> {
              door.setToken(TOKEN);
              door.setCertificate(TestCertificate.pem().toString());
              door.setPrivateKey(key);
            },
            client)) {
      assertThat(home.door.uri().getScheme()).isEqualTo("https");
      assertThat(home.json(JOB).statusCode()).isEqualTo(401);
      assertThat(home.json(JOB, "Authorization", "Bearer wrong").statusCode()).isEqualTo(401);
      assertThat(home.json(JOB, "Authorization", "Basic " + TOKEN).statusCode()).isEqualTo(401);
      assertThat(home.get("/jobs/x").headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(home.get("/openapi.json").statusCode()).isEqualTo(200);
      HttpResponse<String> answer =
          home.json(JOB, "Authorization", "bearer " + TOKEN, "caMelHttpUri", "x", "Origin", "x");
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
      assertThat(home.queue)
          .singleElement()
          .satisfies(queued -> assertThat(queued.headers()).containsOnlyKeys("JMSPriority"));
    }
  }

  @Test
  void aSlowHandshakeOfHeadersIsHungUpOnOverTlsToo() throws Exception {
    SSLContext trusting = TestCertificate.trusting();
    String key = TestCertificate.key().toString();
    try (HttpDoorHome home =
            new HttpDoorHome(
                temp,
                door -> {
                  door.setCertificate(TestCertificate.pem().toString());
                  door.setPrivateKey(key);
                  door.setGraceMillis(500);
                });
        RawClient silent = new RawClient(home.door.uri());
        SSLSocket socket =
            (SSLSocket)
                trusting
                    .getSocketFactory()
                    .createSocket(home.door.uri().getHost(), home.door.uri().getPort());
        RawClient slow = new RawClient(socket)) {
      try {
        slow.send("POST /jobs HTTP/1.1\r\nHost:".getBytes(UTF_8));
      } catch (java.io.IOException e) {
        assertThat(e).as("hung up on during the handshake").isNotNull();
      }
      assertThat(slow.rest()).isEmpty();
      assertThat(silent.rest()).isEmpty();
    }
  }

  @Test
  void slowClientsAreHungUpOnAndOthersAreNot() throws Exception {
    byte[] photo = Files.readAllBytes(HttpDoorHome.PHOTO);
    try (HttpDoorHome home = new HttpDoorHome(temp, door -> door.setGraceMillis(1000))) {
      String head =
          "POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\nContent-Length: ";
      try (RawClient headers = new RawClient(home.door.uri());
          RawClient body = new RawClient(home.door.uri());
          RawClient nothing = new RawClient(home.door.uri())) {
        body.send((head + "1000000\r\n\r\n").getBytes(UTF_8));
        await()
            .pollInterval(Duration.ofMillis(100))
            .atMost(30, TimeUnit.SECONDS)
            .until(
                () -> {
                  try {
                    headers.send("X".getBytes(UTF_8));
                    body.send("X".getBytes(UTF_8));
                    return false;
                  } catch (java.net.SocketException e) {
                    return true;
                  }
                });
        assertThat(nothing.rest()).isEmpty();
        assertThat(headers.rest()).isEmpty();
        body.rest();
      }
      assertThat(home.post("/jobs", "image/png", photo).statusCode()).isEqualTo(202);
      String wait =
          "GET /jobs/"
              + id(home)
              + "?wait=3 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n";
      assertThat(RawClient.answer(home.door.uri(), wait.getBytes(UTF_8)))
          .as("whoever waits for us is not slow")
          .startsWith("HTTP/1.1 200 ");
      assertThat(home.queue).hasSize(1);
    }
  }

  private static String id(HttpDoorHome home) {
    return home.queue.get(0).job().path("jobKey").asText();
  }

  @Test
  void moreJobsThanAllowedAreRefused() throws Exception {
    try (HttpDoorHome home = new HttpDoorHome(temp, door -> door.setRate(0.001))) {
      assertThat(home.json(JOB).statusCode()).isEqualTo(202);
      HttpResponse<String> refused = home.json(JOB);
      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(home.get("/jobs/" + id(home)).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void whatIsKnownOfJobsSurvivesARestartUntilItIsTooOld() throws Exception {
    byte[] photo = Files.readAllBytes(HttpDoorHome.PHOTO);
    Path upload;
    try (HttpDoorHome home = new HttpDoorHome(temp, door -> {})) {
      home.post("/jobs", "image/png", photo, "Idempotency-Key", "a");
      home.post("/jobs", "image/png", photo, "Idempotency-Key", "b");
      upload = home.upload(home.queue.get(0), 0);
      home.finish("a", photo);
    }
    Files.createDirectories(temp.resolve("pictures/http/.incoming-x"));
    try (HttpDoorHome home = new HttpDoorHome(temp, door -> {})) {
      assertThat(home.bytes("/jobs/a/pictures/1").body()).isEqualTo(photo);
      assertThat(home.post("/jobs", "image/png", photo, "Idempotency-Key", "b").statusCode())
          .isEqualTo(202);
      assertThat(home.queue).isEmpty();
      assertThat(temp.resolve("pictures/http/.incoming-x")).doesNotExist();
    }
    try (HttpDoorHome home = new HttpDoorHome(temp, door -> door.setKeepMillis(1))) {
      await().atMost(30, TimeUnit.SECONDS).until(() -> home.get("/jobs/a").statusCode() == 404);
      assertThat(upload).doesNotExist();
      assertThat(home.get("/jobs/b").statusCode()).as("has not ended").isEqualTo(200);
    }
  }

  @Test
  void theDescriptionIsValidOpenApiAndItsReferencesLeadSomewhere() throws Exception {
    ObjectMapper json = new ObjectMapper();
    JsonNode document = json.readTree(OpenApi.document());
    JsonNode schema =
        json.readTree(Files.readString(Path.of("src/test/resources/openapi-3.1.schema.json")));

    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(schema)
                .validate(document))
        .isEmpty();
    assertThat(document.findValues("$ref"))
        .isNotEmpty()
        .allSatisfy(
            ref -> assertThat(document.at(ref.asText().substring(1)).isMissingNode()).isFalse());
    assertThat(document.at("/components/schemas/Job/properties/prompt").isObject()).isTrue();
  }
}
