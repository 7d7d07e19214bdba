package io.volccv.sandbox;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The vendor's own Java SDK, unchanged, against the sandbox: its calls pass, and faults look to its
 * users as they do with the service.
 */
final class VendorSdkTest {
  private static final Sandbox SANDBOX = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private static final String FAULTS =
      """
      [{"match":{"prompt":"rejected"},"do":"code","value":50412},
       {"match":{"prompt":"failing-200"},"do":"code","value":{"code":50501,"http":200}},
       {"match":{"prompt":"proxy"},"do":"html","value":504},
       {"match":{"prompt":"closed"},"do":"cut-after-billing"},
       {"match":{"prompt":"empty"},"do":"half","value":0},
       {"match":{"prompt":"half"},"do":"half"},
       {"match":{"prompt":"no-code"},"do":"no-code"},
       {"match":{"prompt":"no-images"},"do":"no-images"},
       {"match":{"prompt":"throttled"},"do":"code","value":50430,"retryAfter":"3"}]""";

  private static Map<String, Outcome> outcomes;

  /**
   * What a user of the SDK got.
   *
   * @param exception its class, or "-"
   * @param text the answer's JSON, or the exception's message
   */
  private record Outcome(String name, String kind, String exception, String text) {
    static Outcome parse(String line) {
      String[] parts = line.split("\t", 4);
      return new Outcome(parts[0], parts[1], parts[2], parts[3]);
    }

    JsonNode json() throws IOException {
      return TestCalls.JSON.readTree(text);
    }
  }

  @BeforeAll
  static void makeAllCalls(@TempDir Path folder) throws Exception {
    SANDBOX.faults(Fault.parse(Json.parse(TestCalls.utf8(FAULTS))));
    Path picture = Files.write(folder.resolve("picture.png"), TestCalls.png(40, 30));
    outcomes = run(picture).lines().map(Outcome::parse).collect(toMap(Outcome::name, identity()));
  }

  @AfterAll
  static void stop() {
    SANDBOX.close();
  }

  @Test
  void aSignedCallFromTextIsAnsweredWithAPicture() throws IOException {
    assertPicture(outcomes.get("text").json().at("/data/binary_data_base64"));
    assertThat(calls("一只狗 & friends")).hasSize(1).allMatch(Bill.Call::billed);
  }

  @Test
  void aSignedCallWithAPictureIsAnsweredWithAPicture() throws IOException {
    assertPicture(outcomes.get("image").json().at("/data/binary_data_base64"));
  }

  @Test
  void aSignedCallForAUrlIsAnsweredWithAUrl() throws IOException {
    JsonNode data = outcomes.get("url").json().path("data");

    assertThat(data.path("binary_data_base64")).isEmpty();
    String url = data.at("/image_urls/0").asText();
    assertThat(new TestCalls(SANDBOX).get(url).body()).startsWith(0xff, 0xd8);
  }

  @Test
  void tasksOfBothPairsAreSubmittedAndAskedFor() throws IOException {
    for (String name : List.of("task", "native-task")) {
      assertPicture(outcomes.get(name).json().at("/data/binary_data_base64"));
      assertThat(calls(name)).as(name).hasSize(1).allMatch(Bill.Call::billed);
    }
  }

  @Test
  void anErrorIsABareExceptionWithTheBodyAndWithoutTheStatus() throws IOException {
    Outcome rejected = outcomes.get("rejected");

    assertThat(rejected.exception()).isEqualTo("java.lang.Exception");
    assertThat(rejected.json().path("code").intValue()).isEqualTo(50412);
    assertThat(outcomes.get("throttled").json().path("code").intValue()).isEqualTo(50430);
    assertThat(outcomes.get("proxy").text()).startsWith("<html>").doesNotContain("HTTP");
    assertThat(calls("rejected")).hasSize(1).noneMatch(Bill.Call::billed);
  }

  @Test
  void aFailingCodeWithStatus200IsReturnedAsIfItWereASuccess() throws IOException {
    Outcome failing = outcomes.get("failing-200");

    assertThat(failing.kind()).isEqualTo("answer");
    assertThat(failing.json().path("code").intValue()).isEqualTo(50501);
    assertThat(outcomes.get("no-code").kind()).isEqualTo("answer");
    assertThat(outcomes.get("no-images").json().path("code").intValue()).isEqualTo(10000);
  }

  @Test
  void aConnectionThatClosesWithoutAnAnswerIsPaidFiveTimes() {
    assertThat(outcomes.get("closed").kind()).isEqualTo("exception");
    assertThat(calls("closed")).hasSize(5).allMatch(Bill.Call::billed);
  }

  @Test
  void anEmptyAnswerIsNull() {
    assertThat(outcomes.get("empty")).isEqualTo(new Outcome("empty", "answer", "-", "null"));
    assertThat(calls("empty")).hasSize(1).allMatch(Bill.Call::billed);
  }

  @Test
  void halfAnAnswerIsAnExceptionOfTheParser() {
    assertThat(outcomes.get("half").exception()).isEqualTo("com.alibaba.fastjson.JSONException");
  }

  @Test
  void wrongKeysAreRefusedByTheGateway() throws IOException {
    assertThat(error("wrong-secret").path("CodeN").intValue()).isEqualTo(100010);
    assertThat(error("wrong-key").path("CodeN").intValue()).isEqualTo(100009);
    assertThat(SANDBOX.bill().calls())
        .filteredOn(call -> "100010".equals(call.code()) || "100009".equals(call.code()))
        .hasSize(2)
        .noneMatch(Bill.Call::billed);
  }

  private static JsonNode error(String name) throws IOException {
    return outcomes.get(name).json().at("/ResponseMetadata/Error");
  }

  private static void assertPicture(JsonNode pictures) {
    assertThat(pictures).hasSize(1);
    assertThat(Base64.getDecoder().decode(pictures.get(0).asText())).startsWith(0xff, 0xd8);
  }

  private static List<Bill.Call> calls(String prompt) {
    return SANDBOX.bill().calls().stream().filter(call -> prompt.equals(call.prompt())).toList();
  }

  private static String run(Path picture) throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        List.of(
            java.toString(),
            "-cp",
            "target/vendor-sdk/*",
            "-Dfile.encoding=UTF-8",
            "-Dstdout.encoding=UTF-8",
            "src/test/vendor-sdk/java/VendorSdkCall.java",
            "127.0.0.1:" + SANDBOX.uri().getPort(),
            "AKLTSANDBOX",
            "c2FuZGJveC1zZWNyZXQ=",
            picture.toString());
    // The SDK prints the stack traces of what it throws, too; those are for whoever mends this
    // test.
    Path errors = picture.resolveSibling("errors.txt");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(output).isTrue();
      assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
