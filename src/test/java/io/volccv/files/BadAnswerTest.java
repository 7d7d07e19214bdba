package io.volccv.files;

import static io.volccv.files.BadInputHome.PNG;
import static io.volccv.files.HostileService.endless;
import static io.volccv.files.HostileService.http;
import static io.volccv.files.HostileService.json;
import static io.volccv.files.HostileService.success;
import static io.volccv.files.HostileService.url;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.FreePorts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers as no server should give them: all of them at once, between good ones, to the shipped
 * routes with the real component. Each input is kept, with a reason, after exactly one POST.
 */
final class BadAnswerTest {

  private static final int MAX_REPLY_BYTES = 200_000;
  private static final byte[] PICTURE = noisyPng();
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n";

  @TempDir static Path folder;
  private static HostileService service;
  private static BadInputHome home;
  private static int closedPort;

  @BeforeAll
  static void askForEverything() throws Exception {
    service = new HostileService();
    closedPort = FreePorts.next();
    goodAnswers();
    badAnswers();
    badUrls();
    home = new BadInputHome(folder, service.uri());
    // Nothing is written into the pictures, so that they can be compared byte for byte.
    home.routes.properties.setProperty("volccv.provenance", "beside");
    home.component.getConfiguration().setApiKey("key");
    home.component.getConfiguration().setResponseTimeout(3_000);
    home.component.getConfiguration().setMaxReplyBytes(MAX_REPLY_BYTES);
    service.names().forEach(name -> home.drop(name + ".png", PNG));
    home.start().awaitEmptyInbox();
  }

  private static void goodAnswers() throws IOException {
    byte[] good = success(PICTURE).getBytes(UTF_8);
    service
        .on("good", http(200, good))
        .on("gzip", http(200, gzip(good), "Content-Encoding: gzip"))
        .on("url", url(service.uri().resolve("picture").toString()))
        .on("/picture", http(200, PICTURE));
  }

  private static void badAnswers() throws IOException {
    byte[] good = success(PICTURE).getBytes(UTF_8);
    byte[] bomb = success(new byte[10_000_000]).getBytes(UTF_8);
    service
        .on("reset", HostileService.reset())
        .on("stall", HostileService.silence())
        .on("trickle", HostileService.trickle((OK + success(PICTURE)).getBytes(UTF_8)))
        .on("html", http(502, "<html>Bad Gateway</html>".getBytes(UTF_8)))
        .on("portal", http(200, "<html>Please log in</html>".getBytes(UTF_8)))
        .on("half", http(200, Arrays.copyOf(good, good.length / 2)))
        .on("cut", socket -> socket.getOutputStream().write(cut(good)))
        .on("failing", json(200, "{\"code\":50500,\"message\":\"Internal Error\"}"))
        .on("nothing", http(200, new byte[0]))
        .on("no code", json(200, "{\"status\":\"ok\"}"))
        .on("no picture", json(200, "{\"code\":10000,\"data\":{\"binary_data_base64\":[]}}"))
        .on("no base64", json(200, "{\"code\":10000,\"data\":{\"binary_data_base64\":[\"<>\"]}}"))
        .on("endless text", endless(OK + "{\"message\":\"", "blah ".repeat(2_000).getBytes(UTF_8)))
        .on(
            "endless picture",
            endless(OK + success(PNG).split("=*\"]")[0], "AAAA".repeat(2_000).getBytes(UTF_8)))
        .on("bomb", http(200, gzip(bomb), "Content-Encoding: gzip"))
        .on("brotli", http(200, good, "Content-Encoding: br"))
        .on("half gzip", http(200, Arrays.copyOf(gzip(good), 999), "Content-Encoding: gzip"))
        .on("redirect", http(307, new byte[0], "Location: " + service.uri()));
  }

  private static void badUrls() {
    String own = service.uri().toString();
    service
        .on("url dead", url(own + "gone"))
        .on("url closed", url("https://127.0.0.1:" + closedPort + "/a"))
        .on("url http", url("http://example.com/a.png"))
        .on("url loopback", url("https://127.9.9.9/a"))
        .on("url ten", url("https://10.1.2.3/a"))
        .on("url metadata", url("https://169.254.169.254/latest"))
        .on("url v6", url("https://[::1]/a"))
        .on("url mapped", url("https://[::ffff:127.0.0.1]/a"))
        .on("url decimal", url("https://2130706433/a"))
        .on("url nonsense", url("no url at all"))
        .on("url redirect", url(own + "moved"))
        .on("url endless", url(own + "endless"))
        .on("url text", url(own + "text"))
        .on("/gone", http(410, new byte[0]))
        .on("/moved", http(302, new byte[0], "Location: " + own + "picture"))
        .on("/endless", endless("HTTP/1.1 200 OK\r\n\r\n", Arrays.copyOf(PNG, 10_000)))
        .on("/text", http(200, "this is no picture".getBytes(UTF_8)));
  }

  @AfterAll
  static void close() throws IOException {
    home.close();
    service.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "reset           | unknown | maybe | did not come whole",
        "stall           | unknown | maybe | it took longer than responseTimeout, 3000 ms",
        "trickle         | unknown | maybe | it took longer than responseTimeout, 3000 ms",
        "cut             | unknown | maybe | did not come whole",
        "html            | failed  | maybe | it is an HTML page (HTTP 502",
        "portal          | failed  | maybe | it is an HTML page (HTTP 200",
        "half            | failed  | maybe | it is not JSON, or was cut",
        "failing         | failed  | no    | 50500 Internal Error",
        "nothing         | failed  | maybe | it is empty",
        "no code         | failed  | maybe | it has no code",
        "no picture      | failed  | maybe | says success and sent no picture",
        "no base64       | failed  | maybe | a picture's base64",
        "endless text    | failed  | maybe | the answer is longer than 200000 bytes, see maxReplyBytes",
        "endless picture | failed  | maybe | the answer is longer than 200000 bytes, see maxReplyBytes",
        "bomb            | failed  | maybe | the answer is longer than 200000 bytes, see maxReplyBytes",
        "brotli          | failed  | maybe | it comes in the encoding br",
        "half gzip       | failed  | maybe | it is gzip that was cut",
        "redirect        | failed  | maybe | (HTTP 307",
        "url dead        | unknown | yes   | the result is gone from its URL: HTTP 410",
        "url closed      | unknown | yes   | it leads to a private address",
        "url http        | unknown | yes   | it is not https",
        "url loopback    | unknown | yes   | it leads to a private address",
        "url ten         | unknown | yes   | it leads to a private address",
        "url metadata    | unknown | yes   | it leads to a private address",
        "url v6          | unknown | yes   | it leads to a private address",
        "url mapped      | unknown | yes   | it leads to a private address",
        "url decimal     | unknown | yes   | it leads to a private address",
        "url nonsense    | unknown | yes   | is no web address",
        "url redirect    | unknown | yes   | leads elsewhere, which is not followed",
        "url endless     | unknown | yes   | longer than",
        "url text        | unknown | yes   | it is neither a picture nor a video",
      })
  void keepsTheInputAndSaysWhy(String name, String place, String billed, String words)
      throws IOException {
    assertThat(home.message(place, name + ".png")).contains(words);
    assertThat(home.error(place, name + ".png").get("billed").textValue()).isEqualTo(billed);
  }

  @Test
  void everyCallIsOnePost() {
    assertThat(service.names()).allSatisfy(name -> assertThat(service.posts(name)).isEqualTo(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"good", "gzip", "url"})
  void goodAnswersAmongThemAreDelivered(String name) {
    assertThat(folder.resolve("outbox/" + name + ".png")).hasBinaryContent(PICTURE);
    assertThat(home.routes.files("done")).contains(name + ".png");
  }

  @Test
  void nothingIsLeftInTheSpool() throws IOException {
    assertThat(home.spooled()).isEmpty();
  }

  private static byte[] cut(byte[] body) {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
    byte[] whole = (head + new String(body, UTF_8)).getBytes(UTF_8);
    return Arrays.copyOf(whole, whole.length / 2);
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    }
    return packed.toByteArray();
  }

  /** More than one block, and nothing that packs well. */
  private static byte[] noisyPng() {
    byte[] noise = new byte[50_000];
    new Random(7).nextBytes(noise);
    System.arraycopy(PNG, 0, noise, 0, PNG.length);
    return noise;
  }
}
