package io.volccv.sandbox;

import static io.volccv.sandbox.TestCalls.textCall;
import static org.assertj.core.api.Assertions.assertThat;

import io.volccv.sandbox.TestCalls.Answer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fault may be told, and that nothing it is told is overheard. */
final class FaultValuesTest {
  private final Sandbox sandbox = Sandbox.start(SandboxOptions.defaults().withPort(0));
  private final TestCalls calls = new TestCalls(sandbox);

  @AfterEach
  void stop() {
    sandbox.close();
  }

  @Test
  void anErrorCanComeWithAnotherStatusThanItsOwn() {
    put("[{\"do\":\"code\",\"value\":{\"code\":50412,\"http\":200}}]");

    Answer answer = calls.post(textCall("a"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.code()).isEqualTo(50412);
    assertThat(sandbox.bill().calls().get(0).billed()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "10,10"})
  void halfAnAnswerCanBeAnyPartOfIt(int value, int length) {
    put("[{\"do\":\"half\",\"value\":" + value + "}]");

    Answer answer = calls.post(textCall("a"));

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).hasSize(length);
    assertThat(answer.header("Content-Length")).isEqualTo(String.valueOf(length));
    assertThat(sandbox.bill().images()).isEqualTo(1);
  }

  @Test
  void morePartsThanThereAreIsTheWholeAnswer() {
    put("[{\"do\":\"half\",\"value\":100000000}]");

    assertThat(calls.post(textCall("a")).code()).isEqualTo(10000);
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304, 302, 599})
  void everyStatusCanBeAnswered(int status) {
    sandbox.faults(List.of(Fault.always(Fault.Kind.STATUS).withValue(status)));

    assertThat(calls.post(textCall("a")).status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "prompt, high_aes_general_v30l_zt2i",
    "custom_prompt, i2i_outpainting",
    "image_edit_prompt, i2i_material_extraction"
  })
  void aPromptIsMatchedWhateverItsModelCallsIt(String field, String reqKey) {
    put("[{\"match\":{\"prompt\":\"dog\"},\"do\":\"code\",\"value\":50412}]");
    String body = "{\"req_key\":\"%s\",\"%s\":\"a dog\"}".formatted(reqKey, field);

    assertThat(calls.post(body).code()).isEqualTo(50412);
    assertThat(sandbox.bill().calls().get(0).prompt()).isEqualTo("a dog");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{'match':5,'do':'html'}]",
        "[{'match':null,'do':'html'}]",
        "[{'match':{'n':'1'},'do':'html'}]",
        "[{'match':{'n':1.5},'do':'html'}]",
        "[{'match':{'prompt':{}},'do':'html'}]",
        "[{'match':{'promt':'a'},'do':'html'}]",
        "[{'do':'html','times':'2'}]",
        "[{'do':'html','retryAfter':[1]}]",
        "[{'do':'half','value':'some'}]",
        "[{'do':'code','value':{'code':50412}}]",
        "[{'do':'code','value':{'code':7,'http':200}}]",
        "['html']",
        "{'do':'html'}",
      })
  void whatIsNotUnderstoodIsRefusedAndChangesNothing(String faults) {
    assertThat(calls.admin("PUT", "faults", faults.replace('\'', '"')).status()).isEqualTo(400);
    assertThat(sandbox.faults()).isEmpty();
  }

  private void put(String faults) {
    assertThat(calls.admin("PUT", "faults", faults).status()).isEqualTo(200);
  }
}
