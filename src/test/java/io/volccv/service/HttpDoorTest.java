package io.volccv.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.volccv.error.ContentRejectedException;
import io.volccv.error.CvError;
import io.volccv.model.Job;
import io.volccv.service.HttpDoorHome.Queued;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What clients of the door are told, and what goes into the queue. */
final class HttpDoorTest {
  private static final String BOUNDARY = "----parts";
  private static final String PARTS = "multipart/form-data; boundary=" + BOUNDARY;

  @TempDir static Path temp;
  private static HttpDoorHome home;
  private static byte[] photo;

  @BeforeAll
  static void open() throws Exception {
    photo = Files.readAllBytes(HttpDoorHome.PHOTO);
    home =
        new HttpDoorHome(
            temp,
            door -> {
              door.setMaxBytes(2_000_000);
              door.setRate(10_000);
              door.setStates(
                  id ->
                      id.startsWith("unknown")
                          ? Optional.of(JobStates.State.UNKNOWN)
                          : Optional.empty());
            });
  }

  @AfterAll
  static void close() {
    home.close();
  }

  @BeforeEach
  void emptyQueue() {
    home.queue.clear();
    home.queueIsDown = false;
  }

  @Test
  void aPictureWithFieldsIsOnTheDiskAndInTheQueueBeforeTheAnswer() throws Exception {
    HttpResponse<String> answer =
        home.post(
            "/jobs",
            PARTS,
            parts(
                part("form-data; name=\"fields.style\"", "oil painting".getBytes(UTF_8)),
                part("form-data; name=\"priority\"", "7".getBytes(UTF_8)),
                part("form-data; name=\"picture\"; filename=\"../../x.png\"", photo)));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    String id = HttpDoorHome.tree(answer).path("id").asText();
    assertThat(answer.headers().firstValue("Location")).contains("/jobs/" + id);
    Queued queued = home.queue.get(0);
    assertThat(queued.job().path("jobKey").asText()).isEqualTo(id);
    assertThat(queued.job().at("/fields/style").asText()).isEqualTo("oil painting");
    assertThat(queued.headers()).containsExactly(java.util.Map.entry("JMSPriority", 7));
    assertThat(home.upload(queued, 0))
        .hasBinaryContent(photo)
        .isEqualTo(temp.resolve("pictures/http").resolve(JobIds.folder(id)).resolve("1.png"));
    assertThat(HttpDoorHome.tree(home.get("/jobs/" + id)).path("state").asText())
        .isEqualTo("queued");
  }

  @Test
  void base64InAJsonBecomesAFileAndOtherPicturesStay() throws Exception {
    String base64 = Base64.getMimeEncoder().encodeToString(photo).replace("\r\n", "\\r\\n");
    HttpResponse<String> answer =
        home.json(
            "{\"prompt\": \"a cat\", \"pictures\": [{\"url\": \"https://example.com/a.png\"},"
                + " {\"base64\": \""
                + base64
                + "\"}, {\"file\": \"cats/tom.jpg\"}], \"params\": {\"base64\": \"x\", \"n\": 1.5}}");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    Queued queued = home.queue.get(0);
    assertThat(queued.job().at("/pictures/0/url").asText()).isEqualTo("https://example.com/a.png");
    assertThat(home.upload(queued, 1)).hasBinaryContent(photo);
    assertThat(queued.job().at("/pictures/2/file").asText()).isEqualTo("cats/tom.jpg");
    assertThat(queued.job().path("params")).hasToString("{\"base64\":\"x\",\"n\":1.5}");
    assertThat(queued.json().length()).isLessThan(1000);
  }

  @Test
  void aPictureAloneHasItsFieldsInTheQuery() throws Exception {
    HttpResponse<String> answer =
        home.post("/jobs?fields.style=ink&params.seed=7&name=cats/tom", "image/png", photo);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    JsonNode job = home.queue.get(0).job();
    assertThat(job.at("/params/seed").intValue()).isEqualTo(7);
    assertThat(job.path("name").asText()).isEqualTo("cats/tom");
    assertThat(home.upload(home.queue.get(0), 0)).hasBinaryContent(photo);
  }

  @Test
  void noHeaderOfARequestGetsAnyFurther() throws Exception {
    HttpResponse<String> answer =
        home.json(
            "{\"prompt\": \"a cat\"}",
            "caMelHttpUri",
            "http://127.0.0.1:1/",
            "CamelVolcCvParams",
            "{\"seed\": 1}",
            "camelvolccvjobkey",
            "mine",
            "JMSReplyTo",
            "elsewhere",
            "JMSPriority",
            "9");

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(home.queue.get(0).headers()).containsExactly(java.util.Map.entry("JMSPriority", 4));
    assertThat(home.queue.get(0).job().fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("prompt", "jobKey", "name");
  }

  @Test
  void theSameRequestWithTheSameKeyIsTheSameJob() throws Exception {
    String job = "{\"prompt\": \"a dog\"}";
    HttpResponse<String> first = home.json(job, "Idempotency-Key", "order-1");
    HttpResponse<String> second = home.json(job, "Idempotency-Key", "order-1");
    HttpResponse<String> other = home.json("{\"prompt\": \"a cat\"}", "Idempotency-Key", "order-1");

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(second.statusCode()).isEqualTo(202);
    assertThat(second.headers().firstValue("Location")).contains("/jobs/order-1");
    assertThat(other.statusCode()).isEqualTo(422);
    assertThat(home.queue).hasSize(1);
    assertThat(home.queue.get(0).job().path("jobKey").asText()).isEqualTo("order-1");
  }

  @Test
  void aRequestThatTheQueueRefusedCanBeSentAgain() throws Exception {
    home.queueIsDown = true;
    HttpResponse<String> refused =
        home.post("/jobs", "image/png", photo, "Idempotency-Key", "order-2");
    home.queueIsDown = false;
    HttpResponse<String> accepted =
        home.post("/jobs", "image/png", photo, "Idempotency-Key", "order-2");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("Retry-After")).isPresent();
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(home.upload(home.queue.get(0), 0)).hasBinaryContent(photo);
  }

  @Test
  void aJobThatFailedIsQueuedAgainAlthoughTheQueueWasDownAtFirst() throws Exception {
    home.json("{\"prompt\": \"a dog\"}", "Idempotency-Key", "order-4");
    home.end("order-4", Job.Outcome.FAILED, new IOException("nobody was there"));
    home.queueIsDown = true;
    HttpResponse<String> refused =
        home.json("{\"prompt\": \"a dog\"}", "Idempotency-Key", "order-4");
    home.queueIsDown = false;

    HttpResponse<String> accepted =
        home.json("{\"prompt\": \"a dog\"}", "Idempotency-Key", "order-4");

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(accepted.statusCode()).isEqualTo(202);
    assertThat(home.queue).hasSize(2);
  }

  /** The queue may have a job although it did not say so: what that job reads never goes away. */
  @Test
  void picturesStayWhereTheyAreWhenARequestIsSentAgain() throws Exception {
    home.queueIsDown = true;
    home.post("/jobs", "image/png", photo, "Idempotency-Key", "order-3");
    Path uploads = temp.resolve("pictures/http").resolve(JobIds.folder("order-3"));
    Path beside = Files.createFile(uploads.resolve("beside"));
    home.queueIsDown = false;

    home.post("/jobs", "image/png", photo, "Idempotency-Key", "order-3");

    assertThat(home.upload(home.queue.get(0), 0)).hasParent(uploads).hasBinaryContent(photo);
    assertThat(beside).exists();
  }

  @Test
  void whoWaitsGetsThePicture() throws Exception {
    CompletableFuture<HttpResponse<byte[]>> waiting =
        home.client.sendAsync(
            home.postRequest(
                "/jobs?wait=60",
                "application/json",
                "{\"prompt\": \"a cat\"}".getBytes(UTF_8),
                "Idempotency-Key",
                "wait-1"),
            BodyHandlers.ofByteArray());
    await().atMost(30, TimeUnit.SECONDS).until(() -> home.queue.size() == 1);
    assertThat(waiting).isNotDone();

    home.finish("wait-1", photo);

    HttpResponse<byte[]> answer = waiting.get(30, TimeUnit.SECONDS);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(photo);
    assertThat(answer.headers().firstValue("Content-Type")).contains("image/png");
    assertThat(answer.headers().firstValue("Location")).contains("/jobs/wait-1");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
  }

  @Test
  void theStateOfAFinishedJobNamesItsPictures() throws Exception {
    home.json("{\"prompt\": \"a cat\"}", "Idempotency-Key", "done-1");
    home.finish("done-1", photo);

    JsonNode state = HttpDoorHome.tree(home.get("/jobs/done-1"));
    assertThat(state.path("state").asText()).isEqualTo("done");
    assertThat(state.at("/pictures/0/bytes").asInt()).isEqualTo(photo.length);
    assertThat(state.at("/pictures/0/provenance/prompt").asText()).isEqualTo("a cat");
    HttpResponse<byte[]> picture = home.bytes(state.at("/pictures/0/url").asText());
    assertThat(picture.body()).isEqualTo(photo);
    assertThat(picture.headers().firstValue("ETag")).contains("\"abc\"");
    assertThat(home.get("/jobs/done-1/pictures/2").statusCode()).isEqualTo(404);
  }

  @Test
  void whyAJobFailedIsToldAndItCanBeAskedForAgain() throws Exception {
    String job = "{\"prompt\": \"a cat\"}";
    home.json(job, "Idempotency-Key", "bad-1");
    home.end(
        "bad-1",
        Job.Outcome.REJECTED,
        new ContentRejectedException("the prompt was refused", CvError.before("input", "x"), null));

    JsonNode state = HttpDoorHome.tree(home.get("/jobs/bad-1?wait=60"));
    assertThat(state.path("state").asText()).isEqualTo("rejected");
    assertThat(state.at("/error/message").asText()).isEqualTo("the prompt was refused");
    assertThat(state.at("/error/billed").asText()).isEqualTo("no");
    assertThat(home.json(job, "Idempotency-Key", "bad-1").statusCode()).isEqualTo(202);
    assertThat(home.queue).hasSize(2);
    assertThat(HttpDoorHome.tree(home.get("/jobs/bad-1")).path("state").asText())
        .isEqualTo("queued");
  }

  @Test
  void whatFailedInsideIsNotShown() throws Exception {
    home.json("{\"prompt\": \"a cat\"}", "Idempotency-Key", "bad-2");
    home.end("bad-2", Job.Outcome.FAILED, new IOException("/srv/secret/path is full"));

    assertThat(home.get("/jobs/bad-2").body()).contains("failed").doesNotContain("secret");
  }

  @Test
  void theLedgerKnowsOfJobsThatHaveNotEnded() throws Exception {
    home.json("{\"prompt\": \"a cat\"}", "Idempotency-Key", "unknown-1");

    assertThat(HttpDoorHome.tree(home.get("/jobs/unknown-1")).path("state").asText())
        .isEqualTo("unknown");
  }

  @Test
  void aJobThatOtherSinksHaveIsDoneWithoutPictures() throws Exception {
    home.json("{\"prompt\": \"a cat\"}", "Idempotency-Key", "folder-1");
    home.end("folder-1", Job.Outcome.DONE, null);

    JsonNode state = HttpDoorHome.tree(home.get("/jobs/folder-1"));
    assertThat(state.path("state").asText()).isEqualTo("done");
    assertThat(state.path("pictures")).isEmpty();
    assertThat(home.get("/jobs/folder-1/pictures/1").body()).contains("volccv.sinks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          {"promt": "x"}                                  | did you mean prompt?
          {"prompt": "x", "sink": "elsewhere"}            | may not have the sink elsewhere
          {"prompt": "x", "reqKey": "other"}              | may not have the reqKey other
          {"prompt": "x", "name": "../../etc/x"}          | has '..' between its slashes
          {"prompt": "x", "variants": 3}                  | cannot honour variants
          {"pictures": [{"file": "../x.png"}]}            | has '..' between its slashes
          {"pictures": [{"file": "http/abc/1.png"}]}      | may not be an upload
          {"pictures": [{"file": "./http/abc/1.png"}]}    | may not be an upload
          {"pictures": [{"base64": "bm8gcGljdHVyZQ=="}]}  | picture 1 is none
          {"pictures": [{"base64": "***"}]}               | base64 of a picture is none
          {"pictures": [{"url": "http://127.0.0.1/"}]}    | pictures[0].url is
          {"prompt": "x", "jobKey": "a/b"}                | jobKey is 1 to 128
          {"prompt": "x"                                  | not valid JSON
          [1]                                             | job
          """)
  void aWrongJobIsRefusedAndSaysWhy(String job, String reason) throws Exception {
    HttpResponse<String> answer = home.json(job);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(HttpDoorHome.tree(answer).path("detail").asText()).contains(reason);
    assertThat(home.queue).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "GET,/jobs,405",
    "DELETE,/jobs/x,405",
    "GET,/,404",
    "GET,/jobs/none,404",
    "GET,/jobs/none/pictures/1,404",
    "GET,/jobs/..%2f..%2fetc,400",
    "GET,/jobs/%2e%2e,400",
    "GET,/jobs/a%00b,400",
    "POST,/jobs?wait=1000,400",
    "POST,/jobs?wait=x,400",
    "POST,/jobs?prompt=a&nonsense=b,400"
  })
  void aWrongAddressIsRefused(String method, String path, int status) throws Exception {
    String head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            + "Content-Type: image/png\r\nContent-Length: "
            + photo.length
            + "\r\n\r\n";

    assertThat(RawClient.answer(home.door.uri(), head.getBytes(UTF_8), photo))
        .startsWith("HTTP/1.1 " + status + " ");
    assertThat(home.queue).isEmpty();
  }

  @Test
  void anotherContentTypeIsRefused() throws Exception {
    assertThat(home.post("/jobs", "text/plain", "a cat".getBytes(UTF_8)).statusCode())
        .isEqualTo(415);
  }

  @Test
  void aWrongIdempotencyKeyIsRefused() throws Exception {
    String job = "{\"prompt\": \"a cat\", \"jobKey\": \"a\"}";

    assertThat(home.json(job, "Idempotency-Key", "../../x").statusCode()).isEqualTo(400);
    assertThat(home.json(job, "Idempotency-Key", "..").statusCode()).isEqualTo(400);
    assertThat(home.json(job, "Idempotency-Key", "b").body()).contains("are two keys");
  }

  @Test
  void aBodyThatIsTooLargeIsRefusedUnreadAndInTheMiddle() throws Exception {
    String announced =
        "POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\n"
            + "Content-Length: 100000000\r\n\r\n";
    assertThat(RawClient.answer(home.door.uri(), announced.getBytes(UTF_8), new byte[0]))
        .startsWith("HTTP/1.1 413 ");
    String chunked =
        "POST /jobs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n1e8480\r\n";
    byte[] chunk = new byte[2_000_001];
    System.arraycopy(photo, 0, chunk, 0, 1000);
    assertThat(
            RawClient.answer(
                home.door.uri(),
                chunked.getBytes(UTF_8),
                java.util.Arrays.copyOf(chunk, 2_000_000),
                "\r\n1000\r\n".getBytes(UTF_8),
                new byte[0x1000]))
        .startsWith("HTTP/1.1 413 ");
    assertThat(incoming()).isEmpty();
  }

  @Test
  void partsWithoutEndAreRefused() throws Exception {
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    for (int i = 0; i < 1000; i++) {
      bomb.write(part("form-data; name=\"fields.f" + i + "\"", new byte[] {'x'}));
    }
    byte[] large = part("form-data; name=\"fields.f\"", new byte[600_000]);
    byte[] headers = part("form-data; name=\"" + "x".repeat(10_000) + "\"", new byte[] {'x'});

    assertThat(home.post("/jobs", PARTS, parts(bomb.toByteArray())).statusCode()).isEqualTo(400);
    assertThat(home.post("/jobs", PARTS, parts(large)).statusCode()).isEqualTo(413);
    assertThat(home.post("/jobs", PARTS, parts(headers)).statusCode()).isEqualTo(400);
    assertThat(home.post("/jobs", PARTS, part("form-data; name=\"picture\"", photo)).statusCode())
        .isEqualTo(400);
    assertThat(home.post("/jobs", PARTS, parts(new byte[0], large(3_000_000))).statusCode())
        .isEqualTo(413);
    assertThat(home.queue).isEmpty();
    assertThat(incoming()).isEmpty();
  }

  @Test
  void aClientThatGoesAwayWhileItWaitsLosesNothing() throws Exception {
    String head =
        "POST /jobs?wait=60 HTTP/1.1\r\nHost: 127.0.0.1\r\nIdempotency-Key: gone-1\r\n"
            + "Content-Type: image/png\r\nContent-Length: "
            + photo.length
            + "\r\n\r\n";
    try (RawClient gone = new RawClient(home.door.uri())) {
      gone.send(head.getBytes(UTF_8));
      gone.send(photo);
      await().atMost(30, TimeUnit.SECONDS).until(() -> home.queue.size() == 1);
    }

    home.finish("gone-1", photo);

    assertThat(home.bytes("/jobs/gone-1/pictures/1?wait=60").body()).isEqualTo(photo);
  }

  @Test
  void aWebPageCannotUseADoorWithoutAToken() throws Exception {
    String job = "{\"prompt\": \"a cat\"}";

    assertThat(home.json(job, "Origin", "https://evil.example").statusCode()).isEqualTo(403);
    assertThat(
            RawClient.answer(
                home.door.uri(),
                "GET /jobs/x HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                    .getBytes(UTF_8)))
        .startsWith("HTTP/1.1 403 ");
  }

  private static List<Path> incoming() throws IOException {
    Path uploads = temp.resolve("pictures/http");
    if (!Files.exists(uploads)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(uploads)) {
      return all.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }

  private static byte[] large(int bytes) throws IOException {
    return part("form-data; name=\"picture\"; filename=\"x.png\"", new byte[bytes]);
  }

  private static byte[] part(String disposition, byte[] content) throws IOException {
    ByteArrayOutputStream part = new ByteArrayOutputStream();
    part.write(
        ("--" + BOUNDARY + "\r\nContent-Disposition: " + disposition + "\r\n\r\n").getBytes(UTF_8));
    part.write(content);
    part.write("\r\n".getBytes(UTF_8));
    return part.toByteArray();
  }

  private static byte[] parts(byte[]... parts) throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.write(part);
    }
    all.write(("--" + BOUNDARY + "--\r\n").getBytes(UTF_8));
    return all.toByteArray();
  }
}
