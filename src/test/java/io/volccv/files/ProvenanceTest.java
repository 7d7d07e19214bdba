package io.volccv.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Content;
import io.volccv.model.CvImage;
import io.volccv.model.CvResult;
import io.volccv.model.Job;
import io.volccv.model.MediaFormat;
import io.volccv.model.Spool;
import io.volccv.picture.PngText;
import io.volccv.picture.TestPictures;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvenanceTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void aPngOfTheShippedRoutesTellsWhereItComesFrom() throws Exception {
    byte[] drawn = TestPictures.png(640, 480);
    try (Sandbox sandbox =
            Sandbox.start(
                SandboxOptions.defaults().withPort(0).withPictures(request -> List.of(drawn)));
        BadInputHome home = new BadInputHome(folder, sandbox.gateway())) {
      home.component.getConfiguration().setApiKey(sandbox.options().apiKey());
      home.routes.properties.setProperty("volccv.param.logo_info.add_logo", "false");
      home.drop("tom.png", BadInputHome.PNG);
      home.start().awaitEmptyInbox();

      Path made = folder.resolve("outbox/tom.png");
      ProvenanceRecord record = ProvenanceRecord.read(made);
      assertThat(record.isVerified()).isTrue();
      assertThat(record.differences()).isEmpty();
      JsonNode inside = JSON.readTree(PngText.read(Content.of(made)).orElseThrow());
      assertThat(inside.get("prompt").textValue()).startsWith("tom,\nwatercolour");
      assertThat(inside.get("reqKey").textValue()).isEqualTo(BadInputHome.MODEL);
      assertThat(inside.get("inputSha256").textValue()).isEqualTo(Hashes.sha256(BadInputHome.PNG));
      assertThat(inside.get("params").get("seed")).isEqualTo(inside.get("seed"));
      assertThat(inside.at("/params/logo_info/add_logo").asText()).isEqualTo("false");
      assertThat(inside.at("/params/logo_info/opacity").asDouble())
          .as("what the file says beside it")
          .isEqualTo(0.3);
      assertThat(inside.get("requestId").textValue())
          .isEqualTo(home.json("outbox/tom.png.json").get("requestId").textValue());
      assertThat(javax.imageio.ImageIO.read(made.toFile()).getWidth()).isEqualTo(640);
      assertThat(Files.size(made)).isGreaterThan(drawn.length);
    }
  }

  @Test
  void theBytesAreTheSameWheneverAJobIsDelivered() throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Exchange first = exchange(camel);
      Exchange later = exchange(camel);
      later.setProperty(Retries.ATTEMPTS, 3);
      later.getMessage().setHeader(JobKey.PARAMS, Map.of("seed", 77)); // a re-roll before

      assertThat(embedded(first)).isEqualTo(embedded(later));
      assertThat(embedded(first)).hasSizeGreaterThan(TestPictures.png(64, 48).length);
    }
  }

  @Test
  void itCanBeSwitchedOff() throws Exception {
    try (DefaultCamelContext camel = new DefaultCamelContext()) {
      Exchange exchange = exchange(camel);
      Object result = exchange.getMessage().getBody();
      Provenance provenance = new Provenance();
      provenance.setPlace("beside");

      provenance.embed(exchange);

      assertThat(exchange.getMessage().getBody()).isSameAs(result);
    }
  }

  @Test
  void aChangedPictureIsNotVerified() throws IOException {
    Path picture = folder.resolve("tom.jpg");
    Files.write(picture, TestPictures.jpeg(64, 48));
    String hash = Hashes.sha256(picture);
    Files.writeString(
        folder.resolve("tom.jpg.json"), "{\"jobKey\":\"k\",\"outputSha256\":\"" + hash + "\"}");

    assertThat(ProvenanceRecord.read(picture).isVerified()).isTrue();
    assertThat(ProvenanceRecord.read(folder.resolve("tom.jpg.json")).picture()).isEqualTo(picture);
    Files.write(picture, new byte[] {1}, java.nio.file.StandardOpenOption.APPEND);
    assertThat(ProvenanceRecord.read(picture).isVerified()).isFalse();
  }

  private static Exchange exchange(DefaultCamelContext camel) throws IOException {
    Exchange exchange = new DefaultExchange(camel);
    exchange.setProperty(
        Job.PROPERTY, new Job("folder", "tom.png", Map.of(), "a cat", Map.of(), "ab12"));
    JobKey key = new JobKey();
    key.setReqKey("model_x");
    exchange.getMessage().setHeader(JobKey.PROMPT, "a cat");
    key.name(exchange);
    CvImage image = new CvImage(MediaFormat.PNG, stored(TestPictures.png(64, 48)));
    exchange
        .getMessage()
        .setBody(
            new CvResult(
                "model_x", "r1", List.of(image), Map.of(), Optional.of(42L), Optional.empty()));
    return exchange;
  }

  private static byte[] embedded(Exchange exchange) throws IOException {
    new Provenance().embed(exchange);
    try (var in = exchange.getMessage().getBody(CvResult.class).images().get(0).stream()) {
      return in.readAllBytes();
    }
  }

  private static Spool.Stored stored(byte[] bytes) {
    return new Spool.Stored() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public ReadableByteChannel open() throws IOException {
        return Content.of(bytes).open();
      }

      @Override
      public Optional<Path> file() {
        return Optional.empty();
      }

      @Override
      public Spool.Stored share() {
        return this;
      }

      @Override
      public void release() {}
    };
  }
}
