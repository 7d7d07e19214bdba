package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.volccv.ledger.InMemoryLedger;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong options stop the start, and say what is wrong, where, and what to write instead. */
final class OptionsTest {

  private final CamelContext camel = new DefaultCamelContext();

  @BeforeEach
  void start() {
    camel.start();
  }

  @AfterEach
  void stop() {
    camel.stop();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "apiKey=k                                    | reqKey: it is missing; write the vendor's req_key",
        "reqKey=x                                    | apiKey: no credentials are set; set apiKey (VOLC_API_KEY), or",
        "reqKey=x&apiKey=&accessKeyId=               | apiKey: no credentials are set; set apiKey",
        "reqKey=x&apiKey=k&accessKeyId=i             | apiKey: it is set beside accessKeyId; keep one kind",
        "reqKey=x&accessKeyId=i                      | secretAccessKey: it is missing beside accessKeyId; set both",
        "reqKey=x&secretAccessKey=s                  | accessKeyId: it is missing beside secretAccessKey; set both",
        "reqKey=x&apiKey=k&baseUrl=http://example.com| baseUrl: http would send the credentials in the clear; write https://",
        "reqKey=x&apiKey=k&baseUrl=ftp://x           | baseUrl: ftp://x is no web address; write https://HOST/PATH",
        "reqKey=x&apiKey=k&baseUrl=nonsense          | baseUrl: nonsense is no web address; write https://HOST/PATH",
        "reqKey=x&apiKey=k&connectTimeout=0          | connectTimeout: 0 is not positive; write a number above 0",
        "reqKey=x&apiKey=k&responseTimeout=-5        | responseTimeout: -5 is not positive",
        "reqKey=x&apiKey=k&maxReplyBytes=0           | maxReplyBytes: 0 is not positive",
        "reqKey=x&apiKey=k&proxyHost=p               | proxyPort: 0 is no port; write 1 to 65535 beside proxyHost",
        "reqKey=x&apiKey=k&param.a={b=c}             | param.a: is no scalar; put nested values into a file",
        "reqKey=x&apiKey=k&params=file:none.yaml     | params: file:none.yaml cannot be read",
        "reqKey=x&apiKey=k&models=none.json          | models: none.json names no file; write file:NAME",
      })
  void aWrongOptionStopsTheStart(String options, String message) {
    assertThatThrownBy(() -> startProducer("volccv:process?" + options))
        .hasMessageStartingWith(message);
  }

  @Test
  void anUnknownOperationSaysWhichThereAre() {
    assertThatThrownBy(() -> startProducer("volccv:paint?reqKey=x&apiKey=k"))
        .rootCause()
        .hasMessage(
            "volccv:paint: there is no such operation; write one of "
                + "[generate, process, submit, result, cancel, delivered]");
  }

  @Test
  void aKnownParameterOfTheWrongTypeStopsTheStart() {
    String uri = "volccv:process?apiKey=k&reqKey=high_aes_general_v30l_zt2i&param.seed=many";

    assertThatThrownBy(() -> startProducer(uri))
        .hasMessageContaining("param.seed: \"many\" has the wrong type; write a JSON integer");
  }

  @Test
  void twoLedgersAreNotGuessedBetween() {
    camel.getRegistry().bind("one", new InMemoryLedger(1, 1));
    camel.getRegistry().bind("two", new InMemoryLedger(1, 1));

    assertThatThrownBy(() -> startProducer("volccv:process?reqKey=x&apiKey=k"))
        .rootCause()
        .hasMessage("ledger: 2 ledgers are in the registry; name one: ledger=#bean:NAME");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://example.com/volcv/v1", "http://127.0.0.1:1/", "http://[::1]:1"})
  void aSafeBaseUrlIsTaken(String baseUrl) {
    assertThatCode(() -> startProducer("volccv:process?reqKey=x&apiKey=k&baseUrl=" + baseUrl))
        .doesNotThrowAnyException();
  }

  private void startProducer(String uri) throws Exception {
    var producer = camel.getEndpoint(uri).createProducer();
    producer.start();
    producer.stop();
  }
}
