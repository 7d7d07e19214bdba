package io.volccv.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.error.InvalidRequestException;
import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code routes/from-folder.yaml}, {@code picture.yaml} and {@code to-folder.yaml} as shipped. */
final class FolderRoutesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private RoutesHome home;

  @BeforeEach
  void open() throws IOException {
    home = new RoutesHome(folder);
  }

  @AfterEach
  void close() {
    home.close();
  }

  @Test
  void aPictureGoesThroughToTheOutboxWithItsProvenance() throws Exception {
    home.drop("cats/tom_the-cat.png", "input");
    home.start();
    waitForEnds(1);

    assertThat(home.files("inbox")).isEmpty();
    assertThat(home.files("done")).containsExactly("cats/tom_the-cat.png");
    assertThat(home.files("outbox"))
        .containsExactly("cats/tom_the-cat.jpg", "cats/tom_the-cat.jpg.json");
    assertThat(home.read("outbox/cats/tom_the-cat.jpg")).isEqualTo("picture 1");
    FakeVolcCv.Call call = home.volccv.calls.get(0);
    assertThat(call.prompt()).startsWith("tom the cat,\nwatercolour");
    assertThat((byte[]) call.body()).asString().isEqualTo("input");
    assertThat(home.volccv.delivered).containsExactly(call.jobKey());
    assertThat(home.volccv.uris.get("generate"))
        .contains("reqKey=model_x", "params=file:config/params/restyle.yaml", "output=result");

    JsonNode provenance = JSON.readTree(home.read("outbox/cats/tom_the-cat.jpg.json"));
    assertThat(provenance.fieldNames())
        .toIterable()
        .containsExactly(
            "prompt",
            "reqKey",
            "seed",
            "requestId",
            "taskId",
            "params",
            "costCny",
            "inputSha256",
            "outputSha256",
            "created",
            "attempts",
            "jobKey");
    assertThat(provenance.get("prompt").textValue()).isEqualTo(call.prompt());
    assertThat(provenance.get("seed").longValue()).isEqualTo(42);
    assertThat(provenance.get("taskId").textValue()).isEqualTo("1234567890123456789");
    assertThat(provenance.get("costCny").decimalValue()).isEqualByComparingTo("0.22");
    assertThat(provenance.at("/params/controlnet_args/0/type").textValue()).isEqualTo("canny");
    assertThat(provenance.get("inputSha256").textValue())
        .isEqualTo(Hashes.sha256("input".getBytes(UTF_8)));
    assertThat(provenance.get("outputSha256").textValue())
        .isEqualTo(Hashes.sha256("picture 1".getBytes(UTF_8)));
    assertThat(provenance.get("attempts").intValue()).isEqualTo(1);
    assertThat(provenance.get("jobKey").textValue()).isEqualTo(call.jobKey()).hasSize(64);

    assertThat(home.started).hasSize(1);
    RoutesHome.Ended end = home.ended.get(0);
    assertThat(end.outcome()).isEqualTo(Outcome.DONE);
    assertThat(end.result()).isNotNull();
    assertThat(end.reason()).isNull();
    assertThat(end.written()).containsExactly(folder.resolve("outbox/cats/tom_the-cat.jpg"));
  }

  @Test
  void aSidecarBringsFieldsAndParametersAndFollowsItsPicture() throws Exception {
    home.drop("a/tom.yaml", "fields: {name: a tabby, style: oil}\nparams: {scale: 4.5, n: 3}\n");
    home.drop("a/tom.png", "input");
    home.drop("kim.txt", "a whole prompt, {{as it is}}\n");
    home.drop("kim.jpg", "input");
    home.drop("leo.json", "{\"prompt\": \"from json\", \"params\": {\"seed\": 7}}");
    home.drop("leo.jpeg", "input");
    home.start();
    waitForEnds(3);

    assertThat(call("a/tom.png").prompt()).startsWith("a tabby,\noil,");
    assertThat(call("a/tom.png").params()).isEqualTo(Map.of("scale", 4.5, "n", 3));
    assertThat(call("kim.jpg").prompt()).isEqualTo("a whole prompt, {{as it is}}");
    assertThat(call("kim.jpg").params()).isNull();
    assertThat(call("leo.jpeg").prompt()).isEqualTo("from json");
    assertThat(JSON.readTree(home.read("outbox/leo.jpg.json")).at("/params/seed").intValue())
        .isEqualTo(7);
    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.files("done"))
        .containsExactly("a/tom.png", "a/tom.yaml", "kim.jpg", "kim.txt", "leo.jpeg", "leo.json");
  }

  @Test
  void aSidecarChoosesNameKeyModelAndOperation() throws Exception {
    home.properties.setProperty("volccv.reqKeys", "model_y");
    home.drop("a.yaml", "{name: cats/tiger, jobKey: order-4711, reqKey: model_y, params: {n: 3}}");
    home.drop("a.png", "input");
    home.drop("b.yaml", "{operation: process, sink: folder, reqKey: model_x}");
    home.drop("b.png", "input");
    home.start();
    waitForEnds(2);

    assertThat(home.outcomes()).containsExactly("a.png DONE", "b.png DONE");
    assertThat(home.files("outbox"))
        .containsExactly("b.jpg", "b.jpg.json", "cats/tiger.jpg", "cats/tiger.jpg.json");
    assertThat(call("a.png").jobKey()).isEqualTo("order-4711");
    assertThat(home.volccv.delivered).contains("order-4711");
    assertThat(home.volccv.uris.get("generate"))
        .contains("reqKey=model_y")
        .doesNotContain("params");
    assertThat(home.volccv.uris.get("process")).contains("reqKey=model_x", "params=file:");
    assertThat(JSON.readTree(home.read("outbox/cats/tiger.jpg.json")).get("params"))
        .isEqualTo(JSON.readTree("{\"n\": 3}"));
  }

  @Test
  void aSidecarThatChoosesWhatItMayNotIsInvalid() throws Exception {
    List<String> sidecars =
        List.of(
            "reqKey: model_y",
            "sink: ftp",
            "operation: delivered",
            "name: ../../etc/x",
            "priority: 9",
            "variants: 3",
            "pictures: [{url: 'https://example.com/a.png'}]");
    for (int i = 0; i < sidecars.size(); i++) {
      home.drop(i + ".yaml", sidecars.get(i));
      home.drop(i + ".png", "input");
    }
    home.start();
    waitForEnds(sidecars.size());

    assertThat(home.outcomes()).allMatch(outcome -> outcome.endsWith("INVALID"));
    assertThat(home.volccv.calls).isEmpty();
    assertThat(home.files("outbox")).isEmpty();
    assertThat(JSON.readTree(home.read("invalid/0.png.error.json")).get("message").textValue())
        .isEqualTo(
            "a job may not have the reqKey model_y; write model_x, or leave it out"
                + " (volccv.reqKeys allows more)");
  }

  @Test
  void twoPicturesMayShareASidecar() throws Exception {
    home.drop("tom.txt", "a cat");
    home.drop("tom.png", "one");
    home.drop("tom.jpg", "two");
    home.start();
    waitForEnds(2);

    assertThat(home.volccv.calls).extracting(FakeVolcCv.Call::prompt).containsOnly("a cat");
    assertThat(home.files("outbox"))
        .containsExactly("tom-r2.jpg", "tom-r2.jpg.json", "tom.jpg", "tom.jpg.json");
    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.files("done")).hasSize(4).contains("tom.txt", "tom-r2.txt");
  }

  @Test
  void theTemplatesParametersAreBelowThoseOfTheJob() throws Exception {
    home.properties.setProperty("volccv.prompt", "product");
    home.drop("a mug.png", "input");
    home.drop("b.yaml", "{fields: {colours: [teal]}, params: {scale: 5, negative_prompt: fog}}");
    home.drop("b.png", "input");
    home.drop("c.yaml", "fields: {colour: teal}");
    home.drop("c.png", "input");
    home.start();
    waitForEnds(3);

    assertThat(call("a mug.png").prompt()).startsWith("a mug, product photograph in a plain");
    assertThat(call("a mug.png").params())
        .isEqualTo(Map.of("scale", 4.0, "negative_prompt", "text, watermark, people, hands"));
    assertThat(call("b.png").params()).isEqualTo(Map.of("scale", 5, "negative_prompt", "fog"));
    JsonNode params = JSON.readTree(home.read("outbox/a mug.jpg.json")).get("params");
    assertThat(params.get("scale").doubleValue()).isEqualTo(4.0);
    assertThat(params.has("controlnet_args")).isTrue();
    assertThat(JSON.readTree(home.read("invalid/c.png.error.json")).get("message").textValue())
        .contains("no field 'colour'", "it declares name, setting (optional)", "mean colours?");
  }

  @Test
  void twoPicturesMayNotShareAKey() throws Exception {
    home.drop("tom.yaml", "jobKey: order-4711");
    home.drop("tom.png", "one");
    home.drop("tom.jpg", "two");
    home.start();
    waitForEnds(2);

    assertThat(home.ended.get(0).reason()).hasMessageContaining("more than one picture");
    assertThat(home.volccv.calls).hasSizeLessThan(2);
  }

  @Test
  void severalPicturesOfOneAnswerAreNumbered() throws Exception {
    home.volccv.answer(call -> FakeVolcCv.result(15));
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(1);

    List<String> names = new ArrayList<>(List.of("tom.jpg", "tom.jpg.json"));
    IntStream.rangeClosed(2, 15)
        .forEach(i -> names.addAll(List.of("tom-" + i + ".jpg", "tom-" + i + ".jpg.json")));
    assertThat(home.files("outbox")).containsExactlyInAnyOrderElementsOf(names);
    assertThat(home.read("outbox/tom-15.jpg")).isEqualTo("picture 15");
    assertThat(home.ended.get(0).written()).hasSize(15);
  }

  @Test
  void existingFilesAreNotOverwritten() throws Exception {
    home.volccv.answer(call -> FakeVolcCv.result(2));
    Files.createDirectories(folder.resolve("outbox"));
    Files.writeString(folder.resolve("outbox/tom-2.jpg"), "of somebody else");
    home.start();
    for (int i = 1; i <= 3; i++) {
      home.drop("tom.png", "input " + i);
      waitForEnds(i);
    }

    assertThat(home.read("outbox/tom-2.jpg")).isEqualTo("of somebody else");
    assertThat(home.files("outbox"))
        .contains("tom-r2.jpg", "tom-r2-2.jpg", "tom-r3.jpg", "tom-r4-2.jpg.json")
        .doesNotContain("tom.jpg");
    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.files("done")).containsExactly("tom-r2.png", "tom-r3.png", "tom.png");
    assertThat(home.read("done/tom-r3.png")).isEqualTo("input 3");
  }

  @Test
  void aJobThatIsDoneAgainWritesItsOwnFilesAgain() throws Exception {
    home.start();
    home.drop("tom.png", "input");
    waitForEnds(1);
    await().until(() -> home.files("inbox").isEmpty());
    home.drop("tom.png", "input");
    waitForEnds(2);

    assertThat(home.volccv.calls).hasSize(2);
    assertThat(Set.copyOf(home.volccv.delivered)).hasSize(1);
    assertThat(home.files("outbox")).containsExactly("tom.jpg", "tom.jpg.json");
  }

  @Test
  void strangeNamesAreKept() throws Exception {
    List<String> names =
        List.of("a b.png", "猫 & dog #1 100%.png", "é (1) ${body}.png", "a..b.png", "noextension");
    names.forEach(name -> home.drop(name, "input " + name));
    home.start();
    waitForEnds(names.size());

    assertThat(home.outcomes()).allMatch(outcome -> outcome.endsWith("DONE"));
    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.files("done")).containsExactlyInAnyOrderElementsOf(names);
    assertThat(home.files("outbox"))
        .contains(
            "a b.jpg", "猫 & dog #1 100%.jpg", "é (1) ${body}.jpg", "a..b.jpg", "noextension.jpg");
  }

  @Test
  void aNameWithALineBreakIsInvalidAndPutAwayUnderASafeName() throws Exception {
    home.drop("a\nb.png", "input");
    home.start();
    waitForEnds(1);

    assertThat(home.ended.get(0).reason()).isInstanceOf(InvalidRequestException.class);
    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.files("invalid")).containsExactly("a_b.png", "a_b.png.error.json");
    assertThat(home.volccv.calls).isEmpty();
  }

  @Test
  void aVeryLongNameIsCutOnlyInTheOutbox() throws Exception {
    String name = "猫".repeat(83) + ".png"; // 253 bytes
    home.volccv.answer(
        call -> {
          throw FakeVolcCv.error(InvalidRequestException::new, "50200", false, null);
        });
    home.drop(name, "input");
    home.start();
    waitForEnds(1);
    await().until(() -> home.files("inbox").isEmpty());
    assertThat(home.files("invalid")).contains(name).hasSize(2);

    home.volccv.answer(call -> FakeVolcCv.result(2));
    home.drop(name, "input");
    waitForEnds(2);
    assertThat(home.files("outbox")).hasSize(4).allMatch(file -> file.startsWith("猫".repeat(60)));
  }

  @Test
  void aLinkThatLeavesTheInboxIsNotFollowed() throws Exception {
    Path secret = Files.writeString(folder.resolve("secret.png"), "secret");
    Path others = Files.createDirectory(folder.resolve("others"));
    Files.writeString(others.resolve("private.png"), "private");
    Files.writeString(folder.resolve("secret.txt"), "secret prompt");
    Files.createSymbolicLink(home.inbox().resolve("link.png"), secret);
    Files.createSymbolicLink(home.inbox().resolve("folder"), others);
    Files.createSymbolicLink(home.inbox().resolve("tom.txt"), folder.resolve("secret.txt"));
    home.drop("tom.png", "input");
    home.start();
    waitForEnds(2);

    assertThat(home.outcomes()).containsExactly("link.png INVALID", "tom.png INVALID");
    assertThat(home.volccv.calls).isEmpty();
    assertThat(secret).exists();
    assertThat(others.resolve("private.png")).exists();
  }

  @Test
  void aFileThatIsStillBeingWrittenIsNotTaken() throws Exception {
    home.start();
    home.drop("half.png.part", "half");
    home.drop(".hidden.png", "half");
    List<Integer> blocks = new ArrayList<>();
    try (OutputStream out = Files.newOutputStream(home.inbox().resolve("slow.png"))) {
      await()
          .pollInterval(Duration.ofMillis(300))
          .until(
              () -> {
                out.write(new byte[1000]);
                blocks.add(1);
                return blocks.size() == 12;
              });
    }
    waitForEnds(1);

    assertThat((byte[]) call("slow.png").body()).hasSize(12_000);
    assertThat(home.files("inbox")).containsExactly(".hidden.png", "half.png.part");
  }

  @Test
  void manyFilesAreTakenOnceEachAndBoundedInFlight() throws Exception {
    int count = 2_000;
    home.volccv.latencyMillis = 50;
    for (int i = 0; i < count; i++) {
      home.drop("d" + i % 10 + "/p" + i + ".png", "input " + i);
    }
    home.start();
    await().atMost(60, TimeUnit.SECONDS).until(() -> home.ended.size() >= count);
    await().until(() -> home.files("inbox").isEmpty());

    assertThat(home.volccv.calls).hasSize(count);
    assertThat(home.volccv.calls).extracting(FakeVolcCv.Call::jobKey).doesNotHaveDuplicates();
    assertThat(home.files("done")).hasSize(count);
    assertThat(home.files("outbox")).hasSize(2 * count);
    assertThat(home.volccv.mostInFlight.get()).isLessThanOrEqualTo(256 + 1000);
    IntakeGate gate = home.bean(IntakeGate.class);
    await().until(() -> gate.isIdleFor(Duration.ofSeconds(1)));
  }

  private FakeVolcCv.Call call(String name) {
    return home.volccv.calls.stream()
        .filter(call -> call.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private void waitForEnds(int count) {
    await().atMost(20, TimeUnit.SECONDS).until(() -> home.ended.size() >= count);
  }
}
