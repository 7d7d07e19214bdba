package io.volccv.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.component.LedgerProcess.Row;
import io.volccv.component.LedgerProcess.Spent;
import io.volccv.error.ContentRejectedException;
import io.volccv.error.JobInProgressException;
import io.volccv.error.MalformedReplyException;
import io.volccv.error.OutcomeUnknownException;
import io.volccv.error.OutputRejectedException;
import io.volccv.error.TaskExpiredException;
import io.volccv.error.UnauthorizedException;
import io.volccv.model.CvResult;
import io.volccv.sandbox.Bill;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Fault.Kind;
import io.volccv.testing.SandboxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A task is submitted once, asked for until it ends, and paid once, whatever happens meanwhile. */
final class GenerateTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "volccv:generate?reqKey=high_aes_general_v30l_zt2i";
  private static final String SUBMIT = "CVSync2AsyncSubmitTask";
  private static final String RESULT = "CVSync2AsyncGetResult";
  private static final Map<String, Object> KEY = Map.of("CamelVolcCvJobKey", "job");

  @RegisterExtension static final SandboxExtension sandbox = SandboxExtension.create();

  @TempDir Path folder;

  private LedgerProcess process;

  @BeforeEach
  void start() {
    process = new LedgerProcess(sandbox.sandbox(), folder, 10);
  }

  @AfterEach
  void stop() {
    process.close();
  }

  @ParameterizedTest
  @CsvSource({
    "high_aes_general_v30l_zt2i,             '',          false, CVSync2Async,  image/jpeg",
    "high_aes_general_v30l_zt2i,             '',          true,  CVSync2Async,  image/jpeg",
    "jimeng_t2i_v40,                         '',          false, CVSync2Async,  image/png",
    "jimeng_t2i_v40,                         '',          true,  CVSync2Async,  image/png",
    "realman_change_lips,                    '',          false, CV,            image/jpeg",
    "realman_change_lips,                    '',          true,  CV,            image/jpeg",
    "high_aes_general_v14,                   sync2async,  false, CVSync2Async,  image/jpeg",
    "high_aes_general_v14,                   native,      false, CV,            image/jpeg",
  })
  void aTaskIsSubmittedAskedForAndBringsAPicture(
      String reqKey, String pair, boolean returnUrl, String actions, String type) {
    Exchange done =
        process.send(
            "volccv:generate?validate=false&param.force_single=true&reqKey="
                + reqKey
                + "&pair="
                + pair
                + "&param.return_url="
                + returnUrl,
            "a red bicycle",
            KEY,
            exchange ->
                assertThat(exchange.getMessage().getBody(byte[].class))
                    .as("the picture")
                    .hasSizeGreaterThan(1000));

    assertThat(done.getException()).isNull();
    String submit = actions.equals("CV") ? "CVSubmitTask" : SUBMIT;
    String result = actions.equals("CV") ? "CVGetResult" : RESULT;
    Bill.Call paid = sandbox.bill().calls().get(0);
    assertThat(paid.action()).isEqualTo(submit);
    assertThat(sandbox.bill().calls()).extracting(Bill.Call::action).containsOnlyOnce(submit);
    assertThat(sandbox.bill().calls()).extracting(Bill.Call::action).containsOnly(submit, result);
    assertThat(paid.taskId()).matches("\\d{19,20}");
    assertThat(done.getMessage().getHeaders())
        .containsEntry("CamelVolcCvTaskId", paid.taskId())
        .containsEntry("Content-Type", type);
    assertThat(process.row("job").map(Row::taskId)).contains(paid.taskId());
    JsonNode query = lastBody();
    assertThat(query.get("task_id").isTextual()).as("too long for a number").isTrue();
    assertThat(query.get("req_key").textValue()).isEqualTo(reqKey);
    assertThat(body(0).has("return_url")).as("a submit is not told").isFalse();
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(process.state("job")).isEqualTo("DONE");
    assertThat(process.permits()).isZero();
  }

  @Test
  void whatDescribesTheAnswerIsToldToTheQuery() throws Exception {
    process.send(TEXT + "&params=file:" + described(""), "x", KEY);

    JsonNode reqJson = JSON.readTree(lastBody().get("req_json").textValue());
    assertThat(reqJson.get("return_url").booleanValue()).isTrue();
    assertThat(reqJson.at("/logo_info/opacity").doubleValue()).isEqualTo(0.3);
    assertThat(reqJson.at("/aigc_meta/producer_id").textValue()).isEqualTo("p-1");
    assertThat(body(0).fieldNames()).toIterable().containsExactlyInAnyOrder("req_key", "prompt");
    assertThat(process.state("job")).isEqualTo("DONE");
  }

  /** The vendor takes them as texts at a submit, and there for the callback only. */
  @Test
  void withACallbackItIsToldToTheSubmitAsTextToo() throws Exception {
    Exchange done =
        process.send(
            TEXT + "&params=file:" + described("callback_url: https://hook.example/volccv"),
            "x",
            KEY);

    assertThat(done.getException()).isNull();
    JsonNode submit = body(0);
    assertThat(submit.get("return_url").booleanValue()).isTrue();
    assertThat(JSON.readTree(submit.get("logo_info").textValue()).get("add_logo").booleanValue())
        .isTrue();
    assertThat(JSON.readTree(submit.get("aigc_meta").textValue()).get("producer_id").textValue())
        .isEqualTo("p-1");
    JsonNode reqJson = JSON.readTree(lastBody().get("req_json").textValue());
    assertThat(reqJson.get("logo_info").isObject()).isTrue();
    assertThat(reqJson.get("aigc_meta").isObject()).isTrue();
  }

  private Path described(String more) throws Exception {
    return Files.writeString(
        folder.resolve("params.yaml"),
        """
        return_url: true
        logo_info: {add_logo: true, opacity: 0.3}
        aigc_meta: {producer_id: p-1}
        """
            + more);
  }

  static Stream<Arguments> passingFaults() {
    return Stream.of(
        Arguments.of("throttled", Fault.code("50429")),
        Arguments.of("failing inside", Fault.code("50500")),
        Arguments.of("a proxy's error", Fault.always(Kind.HTML)),
        Arguments.of("a status", Fault.always(Kind.STATUS).withValue(500)),
        Arguments.of("no code", Fault.always(Kind.NO_CODE)),
        Arguments.of("garbage", Fault.always(Kind.GARBAGE)),
        Arguments.of("half", Fault.always(Kind.HALF)),
        Arguments.of("cut answer", Fault.always(Kind.CUT_REPLY)),
        Arguments.of("no answer", Fault.always(Kind.CUT_AFTER_BILLING)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("passingFaults")
  void whatGoesWrongWithAQueryIsNoReasonToGiveATaskUp(String what, Fault fault) {
    sandbox.sandbox().faults(List.of(fault.onAction(RESULT).times(3)));

    Exchange done = process.send(TEXT, "x", KEY);

    assertThat(done.getException()).isNull();
    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT)).isEqualTo(1);
    assertThat(LedgerProcess.calls(sandbox.sandbox(), RESULT)).isGreaterThan(3);
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(process.state("job")).isEqualTo("DONE");
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 200, 0, 0, 1));
  }

  /** A gateway that is away for minutes has nothing to do with the task. */
  @Test
  void aLongOutageOfWhatIsInBetweenDoesNotGiveATaskUp() {
    sandbox.sandbox().faults(List.of(Fault.always(Kind.HTML).onAction(RESULT).times(11)));

    Exchange done = process.send(TEXT + "&pollInterval=1", "x", KEY);

    assertThat(done.getException()).isNull();
    assertThat(process.state("job")).isEqualTo("DONE");
  }

  @Test
  void aPictureThatModerationRefusedMayBeDrawnAgain() {
    sandbox.sandbox().faults(List.of(Fault.task(50511).times(1)));

    Exchange refused = process.send(TEXT, "x", KEY);

    assertThat(refused.getException()).isInstanceOf(OutputRejectedException.class);
    Row row = process.row("job").orElseThrow();
    assertThat(row.state()).isEqualTo("FAILED");
    assertThat(row.again()).isTrue();
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 0, 0, 0, 0));

    Exchange again = process.send(TEXT, "x", KEY);

    assertThat(again.getException()).isNull();
    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT)).isEqualTo(2);
    assertThat(process.row("job").orElseThrow().attempt()).isEqualTo(2);
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 200, 0, 0, 1));
  }

  @Test
  void aPromptThatIsRefusedIsRefusedAgainWithoutACall() {
    sandbox.sandbox().faults(List.of(Fault.task(50412)));

    for (int i = 0; i < 2; i++) {
      assertThat(process.send(TEXT, "x", KEY).getException())
          .isInstanceOf(ContentRejectedException.class)
          .hasMessageContaining("50412");
    }

    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT)).isEqualTo(1);
    assertThat(process.row("job").orElseThrow().again()).isFalse();
    assertThat(process.spent()).isEqualTo(new Spent(0, 0, 0, 0, 0, 0));
  }

  @Test
  void aTaskThatTheServiceDoesNotKnowIsLostAndNotSubmittedAgain() {
    sandbox.sandbox().faults(List.of(Fault.code("50215").onAction(RESULT)));

    for (int i = 0; i < 2; i++) {
      assertThat(process.send(TEXT, "x", KEY).getException())
          .isInstanceOf(TaskExpiredException.class);
    }

    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT)).isEqualTo(1);
    assertThat(process.state("job")).isEqualTo("LOST");
    assertThat(process.spent())
        .as("it may have been paid")
        .isEqualTo(new Spent(0, 0, 200, 0, 0, 1));
    assertThat(process.permits()).isZero();
  }

  @Test
  void withWrongKeysATaskIsLeftAlone() {
    sandbox.sandbox().faults(List.of(Fault.code("50400").onAction(RESULT)));

    assertThat(process.send(TEXT, "x", KEY).getException())
        .isInstanceOf(UnauthorizedException.class);
    Row left = process.row("job").orElseThrow();
    assertThat(left.state()).isEqualTo("TASK");
    assertThat(left.isOwned()).isFalse();

    sandbox.sandbox().faults(List.of());
    assertThat(process.send(TEXT, "x", KEY).getException()).isNull();
    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT)).isEqualTo(1);
    assertThat(process.state("job")).isEqualTo("DONE");
  }

  @Test
  void whoWaitedTooLongGetsThePictureLaterWithoutASecondSubmit() {
    sandbox.sandbox().faults(List.of(Fault.code("50429").onAction(RESULT)));

    Exchange tooLong = process.send(TEXT + "&pollTimeout=200", "x", KEY);

    assertThat(tooLong.getException())
        .isInstanceOf(JobInProgressException.class)
        .hasMessageContaining("pollTimeout");
    assertThat(process.state("job")).isEqualTo("TASK");
    assertThat(process.permits()).as("it runs at the service").isEqualTo(1);

    sandbox.sandbox().faults(List.of());
    assertThat(process.send(TEXT, "x", KEY).getException()).isNull();
    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT)).isEqualTo(1);
    assertThat(sandbox.bill().images()).isEqualTo(1);
    assertThat(process.permits()).isZero();
  }

  @Test
  void aTaskThatIsLeftAloneKeepsItsPermit() {
    process.close();
    process = new LedgerProcess(sandbox.sandbox(), folder, 1);
    sandbox.sandbox().faults(List.of(Fault.code("50429").onAction(RESULT)));

    var first = process.begin(TEXT + "&pollTimeout=200", "x", KEY);
    await().until(() -> process.state("job").equals("TASK"));
    var second = process.begin(TEXT, "y", Map.of("CamelVolcCvJobKey", "second"));

    assertThat(first.join().getException()).isInstanceOf(JobInProgressException.class);
    assertThat(process.send(TEXT + "&pollTimeout=200", "x", KEY).getException())
        .isInstanceOf(JobInProgressException.class);
    assertThat(LedgerProcess.calls(sandbox.sandbox(), SUBMIT))
        .as("the account grants one at a time")
        .isEqualTo(1);

    sandbox.sandbox().faults(List.of());
    assertThat(process.send(TEXT, "x", KEY).getException()).isNull();
    assertThat(second.join().getException()).isNull();
  }

  @Test
  void aSubmitWhoseAnswerIsLostIsUnknownAndNotRepeated() {
    sandbox.sandbox().faults(List.of(Fault.always(Kind.CUT_AFTER_BILLING).onAction(SUBMIT)));

    for (int i = 0; i < 2; i++) {
      assertThat(process.send(TEXT, "x", KEY).getException())
          .isInstanceOf(OutcomeUnknownException.class);
    }

    assertThat(sandbox.bill().posts()).isEqualTo(1);
    assertThat(process.state("job")).isEqualTo("UNKNOWN");
    assertThat(process.spent()).isEqualTo(new Spent(0, 200, 0, 0, 1, 0));
  }

  @Test
  void aSubmitThatGivesNoTaskIsUnknown() {
    sandbox.sandbox().faults(List.of(Fault.always(Kind.NO_IMAGES).onAction(SUBMIT)));

    assertThat(process.send(TEXT, "x", KEY).getException())
        .isInstanceOf(MalformedReplyException.class)
        .hasMessageContaining("no task_id");
    assertThat(process.state("job")).isEqualTo("UNKNOWN");
  }

  @Test
  void aTaskThatEndsWithoutPicturesIsUnknown() {
    sandbox.sandbox().faults(List.of(Fault.always(Kind.NO_IMAGES).onAction(RESULT)));

    Exchange done = process.send(TEXT, "x", KEY);

    assertThat(done.getException()).isInstanceOf(io.volccv.error.EmptyResultException.class);
    assertThat(process.state("job")).isEqualTo("UNKNOWN");
  }

  @Test
  void theWholeResultNamesItsTask() {
    Exchange done =
        process.send(
            TEXT + "&output=result",
            "x",
            KEY,
            exchange -> {
              CvResult result = exchange.getMessage().getBody(CvResult.class);
              assertThat(result.images()).hasSize(1);
              assertThat(result.taskId()).contains(sandbox.bill().calls().get(0).taskId());
              assertThat(result.fields()).containsEntry("status", "done");
            });

    assertThat(done.getException()).isNull();
  }

  private JsonNode body(int index) {
    return sandbox.requests().get(index).get("body");
  }

  private JsonNode lastBody() {
    return body(sandbox.requests().size() - 1);
  }
}
