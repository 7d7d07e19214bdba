package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.TestCalls.Answer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResultUrlsTest {
  private static final byte[] PICTURE = {(byte) 0x89, 'P', 'N', 'G', 1, 2, 3};

  private final Hand clock = new Hand();
  private final SandboxOptions options =
      SandboxOptions.defaults()
          .withPort(0)
          .withClock(clock)
          .withUrlTtl(Duration.ofHours(1))
          .withPictures(params -> List.of(PICTURE, PICTURE));

  @Test
  void aUrlServesItsPictureUntilItDies() {
    try (Sandbox sandbox = Sandbox.start(options)) {
      TestCalls calls = new TestCalls(sandbox);
      Answer answer = calls.post(withUrls());
      String url = answer.json().at("/data/image_urls/1").asText();

      assertThat(answer.json().at("/data/binary_data_base64").size()).isZero();
      assertThat(url)
          .matches(
              "http://127\\.0\\.0\\.1:\\d+/_sandbox/files/20300101000000[0-9A-F]{18}~[^?]*image"
                  + "\\?rk3s=sandbox&x-expires=1893459600&x-signature=[^&]+");
      assertThat(calls.get(url).body()).isEqualTo(PICTURE);
      assertThat(calls.get(url).header("Content-Type")).isEqualTo("image/png");
      assertThat(calls.get(url.replace("x-expires=1", "x-expires=2")).status()).isEqualTo(403);
      assertThat(calls.get(url.replace("x-signature=", "x-signature=A")).status()).isEqualTo(403);
      assertThat(calls.get(url.substring(0, url.indexOf('?'))).status()).isEqualTo(403);
      clock.now = clock.now.plus(Duration.ofMinutes(59));
      assertThat(calls.get(url).status()).isEqualTo(200);
      clock.now = clock.now.plus(Duration.ofMinutes(1));
      assertThat(calls.get(url).status()).isEqualTo(403);
    }
  }

  @Test
  void aResultCanBeTheInputOfTheNextCall() {
    try (Sandbox sandbox = Sandbox.start(options.withPictures(null))) {
      TestCalls calls = new TestCalls(sandbox);
      String url = calls.post(withUrls()).json().at("/data/image_urls/0").asText();

      Answer answer =
          calls.post(
              "{\"req_key\":\"i2i_xl_sft\",\"image_urls\":[\""
                  + url
                  + "\"],\"prompt\":\"b\",\"seed\":1}");

      assertThat(answer.code()).isEqualTo(10000);
      clock.now = clock.now.plus(Duration.ofHours(2));
      assertThat(calls.post("{\"req_key\":\"i2i_xl_sft\",\"image_urls\":[\"" + url + "\"]}").code())
          .isEqualTo(50207);
    }
  }

  @Test
  void withAStateFileAUrlSurvivesARestartOnTheSamePort(@TempDir Path folder) {
    SandboxOptions kept = options.withState(folder.resolve("state"));
    String url;
    int port;
    try (Sandbox sandbox = Sandbox.start(kept)) {
      url = new TestCalls(sandbox).post(withUrls()).json().at("/data/image_urls/0").asText();
      port = sandbox.uri().getPort();
    }
    try (Sandbox again = Sandbox.start(kept.withPort(port))) {
      assertThat(new TestCalls(again).get(url).body()).isEqualTo(PICTURE);
      again.reset();
      assertThat(new TestCalls(again).get(url).status()).isEqualTo(404);
    }
  }

  private static String withUrls() {
    return textCall("a").replace("\"seed\"", "\"return_url\":true,\"seed\"");
  }

  /** A clock that is set by hand. */
  private static final class Hand extends Clock {
    private Instant now = Instant.parse("2030-01-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
