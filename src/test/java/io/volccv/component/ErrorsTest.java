package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.FreePorts;
import io.volccv.error.CvException;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Fault.Kind;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every answer and every cut becomes the exception of the table, after exactly one POST. */
final class ErrorsTest {

  private static final String URI = "volccv:process?reqKey=high_aes_general_v30l_zt2i";

  @TempDir Path folder;

  private Sandbox sandbox;
  private Calls calls;

  @BeforeEach
  void start() {
    sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
    calls = new Calls(sandbox, folder.resolve("spool"));
  }

  @AfterEach
  void stop() {
    calls.close();
    sandbox.close();
  }

  /** The rows that have a code, from the table that users are given. */
  static Stream<Arguments> codes() throws IOException {
    try (BufferedReader csv =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(ErrorsTest.class.getResourceAsStream("/error-codes.csv")),
                StandardCharsets.UTF_8))) {
      return csv
          .lines()
          .skip(1)
          .map(line -> line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1))
          .filter(row -> row[0].equals("business") || row[0].equals("gateway"))
          .filter(row -> row[1].matches("\\w+") && !row[4].isEmpty())
          .map(row -> Arguments.of(row[1], row[4], row[5], row[6], row[7]))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("codes")
  void everyCodeOfTheTableIsTheExceptionOfItsRow(
      String code, String type, String retryable, String billed, String note) throws Exception {
    sandbox.faults(List.of(Fault.code(code)));

    CvException failure = failure();

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.getCode()).isEqualTo(code);
    assertThat(failure.isRetryable()).isEqualTo(retryable.equals("yes"));
    assertThat(failure.getBilled()).isEqualTo(billed);
    assertThat(failure.getRequestId()).isNotBlank();
    assertThat(failure.getMessage())
        .startsWith("CVProcess high_aes_general_v30l_zt2i: " + code)
        .contains("HTTP ", "request ", failure.getHint());
    if (note.startsWith("stage ")) {
      assertThat(failure.getStage())
          .isEqualTo(note.substring("stage ".length()).replaceAll(":.*", ""));
    }
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "cut-after-billing, OutcomeUnknownException, maybe",
    "cut-reply,         OutcomeUnknownException, maybe",
    "garbage,           MalformedReplyException, maybe",
    "half,              MalformedReplyException, maybe",
    "html,              ServerFaultException,    maybe",
    "status,            ServerFaultException,    maybe",
    "no-code,           MalformedReplyException, maybe",
    "no-images,         EmptyResultException,    maybe",
  })
  void everyFaultOnTheWireIsOnePost(String kind, String type, String billed) throws Exception {
    sandbox.faults(List.of(Fault.always(kind(kind))));

    CvException failure = failure();

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.getBilled()).isEqualTo(billed);
    assertThat(failure.isRetryable()).isFalse();
    assertThat(sandbox.bill().posts()).isEqualTo(1);
    assertThat(spooled()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "401, UnauthorizedException,   no,    false",
    "403, UnauthorizedException,   no,    false",
    "429, ThrottledException,      no,    true",
    "404, InvalidRequestException, no,    false",
    "413, InvalidRequestException, no,    false",
    "500, ServerFaultException,    maybe, false",
    "503, ServerFaultException,    maybe, false",
  })
  void withoutACodeTheHttpStatusDecides(int status, String type, String billed, boolean retryable)
      throws Exception {
    sandbox.faults(List.of(Fault.always(Kind.STATUS).withValue(status)));

    CvException failure = failure();

    assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
    assertThat(failure.getBilled()).isEqualTo(billed);
    assertThat(failure.isRetryable()).isEqualTo(retryable);
    assertThat(failure.getHttpStatus()).isEqualTo(status);
    assertThat(sandbox.bill().posts()).isEqualTo(1);
  }

  @Test
  void aCutBeforeTheLastBlockIsNotExecuted() throws Exception {
    sandbox.faults(List.of(Fault.always(Kind.CUT_BEFORE)));
    byte[] large = new byte[20 << 20];
    byte[] header =
        java.util.HexFormat.of()
            .parseHex("89504e470d0a1a0a0000000d49484452000004000000030008020000");
    System.arraycopy(header, 0, large, 0, header.length);

    Exchange done =
        calls.send("volccv:process?prompt=a&reqKey=high_aes_scheduler_svr_controlnet_v2.0", large);

    assertThat(done.getException())
        .isInstanceOfSatisfying(
            CvException.class,
            failure -> {
              assertThat(failure).isInstanceOf(io.volccv.error.UnreachableException.class);
              assertThat(failure.isRetryable()).isTrue();
              assertThat(failure.getBilled()).isEqualTo("no");
            });
    assertThat(sandbox.bill().images()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"slow, 30s", "trickle, 60s"})
  void anAnswerThatTakesTooLongIsUnknown(String kind, String value) throws Exception {
    sandbox.faults(List.of(Fault.always(kind(kind)).withValue(value)));

    Exchange done = calls.send(URI + "&responseTimeout=300", "a");

    assertThat(done.getException())
        .isInstanceOf(io.volccv.error.OutcomeUnknownException.class)
        .hasMessageContaining("did not come whole");
    assertThat(sandbox.bill().posts()).isEqualTo(1);
    assertThat(spooled()).isEmpty();
  }

  @Test
  void nobodyThereIsUnreachable() throws Exception {
    int port = FreePorts.next();

    Exchange done = calls.send(URI + "&baseUrl=http://127.0.0.1:" + port + "/", "a");

    assertThat(done.getException())
        .isInstanceOf(io.volccv.error.UnreachableException.class)
        .hasMessageContaining("http://127.0.0.1:" + port);
  }

  @ParameterizedTest
  @CsvSource({
    "50430, RATE_LIMIT",
    "50500, SERVER_ERROR",
    "50412, VALIDATION",
    "50511, VALIDATION",
    "50200, VALIDATION",
    "50400, AUTH",
  })
  void theExchangeSaysWhatKindOfFailureItWas(String code, String category) throws Exception {
    sandbox.faults(List.of(Fault.code(code).withRetryAfter("7")));

    Exchange done = calls.send(URI, "a");

    assertThat(done.getProperties())
        .containsEntry("CamelAiErrorCategory", category)
        .containsEntry("CamelAiRetryAfterMillis", 7000L);
  }

  @Test
  void aWrongSecretIsUnauthorized() throws Exception {
    Exchange done =
        calls.send(
            URI
                + "&apiKey=&accessKeyId=AKLTSANDBOX&secretAccessKey=wrong&baseUrl="
                + sandbox.uri()
                + "/",
            "a");

    assertThat(done.getException())
        .isInstanceOf(io.volccv.error.UnauthorizedException.class)
        .hasMessageContaining("SignatureDoesNotMatch")
        .hasMessageNotContaining("AKLTSANDBOX");
  }

  @Test
  void aRightSecretMakesAPicture() throws Exception {
    Exchange done =
        calls.send(
            URI
                + "&apiKey=&accessKeyId=AKLTSANDBOX&secretAccessKey=RAW("
                + sandbox.options().secretAccessKey()
                + ")&baseUrl="
                + sandbox.uri()
                + "/",
            "a");

    assertThat(done.getException()).isNull();
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  private CvException failure() throws Exception {
    Exchange done = calls.send(URI, "a prompt");
    assertThat(done.getException()).isInstanceOf(CvException.class);
    assertThat(done.getException().getMessage()).doesNotContain("a prompt", "sandbox-key");
    return (CvException) done.getException();
  }

  private static Kind kind(String name) {
    return Kind.valueOf(name.toUpperCase(java.util.Locale.ROOT).replace('-', '_'));
  }

  private List<Path> spooled() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("spool"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !List.of("lock", "gate").contains(file.getFileName().toString()))
          .toList();
    }
  }
}
