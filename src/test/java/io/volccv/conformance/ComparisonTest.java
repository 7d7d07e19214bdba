package io.volccv.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.conformance.Comparison.Difference;
import io.volccv.sandbox.Fault;
import io.volccv.sandbox.Sandbox;
import io.volccv.sandbox.SandboxOptions;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ComparisonTest {
  private static final SandboxOptions OPTIONS =
      SandboxOptions.defaults()
          .withPort(0)
          .withReqKeys(Set.of(RequestChecks.MODEL, "jimeng_t2i_v40"));

  private final Sandbox one = Sandbox.start(OPTIONS);
  private final Sandbox other = Sandbox.start(OPTIONS);

  @AfterEach
  void stop() {
    one.close();
    other.close();
  }

  @Test
  void aSandboxDoesNotDifferFromAnother() throws Exception {
    assertThat(compare(Conformance.checks(gateway(one)))).isEmpty();
    assertThat(other.bill().images()).isPositive();
  }

  @Test
  void checksThatAreFreeAreFreeAtTheMostLenientServer() throws Exception {
    try (Sandbox lenient = Sandbox.start(SandboxOptions.defaults().withPort(0))) {
      List<Check> free =
          Conformance.checks(gateway(one)).stream()
              .filter(check -> check.cost() == Check.Cost.FREE)
              .toList();

      Conformance.compare(free, gateway(one), gateway(lenient), () -> {});

      assertThat(lenient.bill().posts()).isGreaterThan(10);
      assertThat(lenient.bill().images()).isZero();
    }
  }

  @Test
  void whatAServiceAnswersOtherwiseIsInTheTable() throws Exception {
    List<Check> noBody =
        Conformance.checks(gateway(one)).stream()
            .filter(check -> check.name().equals("no req_key"))
            .toList();
    other.faults(List.of(Fault.always(Fault.Kind.HTML)));

    List<Difference> differences = compare(noBody);

    assertThat(differences)
        .contains(
            new Difference("no req_key", "HTTP status", "400", "502"),
            new Difference("no req_key", "Content-Type", "application/json", "text/html"),
            new Difference("no req_key", "value of code", "50201", ""),
            new Difference("no req_key", "body", "object", "not JSON"),
            new Difference("no req_key", "request_id", "string", "-"));
    assertThat(Conformance.table(differences))
        .containsPattern("CHECK +WHERE +SANDBOX +SERVICE\n")
        .containsPattern("no req_key +HTTP status +400 +502\n");
  }

  @Test
  void aServiceThatDoesNotAnswerDiffersInThat() throws Exception {
    other.faults(List.of(Fault.always(Fault.Kind.CUT_BEFORE)));

    assertThat(compare(RequestChecks.all().subList(5, 6)))
        .singleElement()
        .satisfies(
            difference -> {
              assertThat(difference.where()).isEqualTo("answer");
              assertThat(difference.service()).contains("IOException");
            });
  }

  @Test
  void fieldsAndTypesAreComparedAndTextsAreNot() throws IOException {
    Answer ours = answer("{'code':1,'message':'a','data':null,'n':1,'list':[1,2],'gone':true}");
    Answer theirs = answer("{'code':1,'message':'b','data':{},'n':1.0,'list':[1,'x']}");

    assertThat(Comparison.of("c", ours, theirs))
        .containsExactly(
            new Difference("c", "data", "null", "object"),
            new Difference("c", "gone", "boolean", "-"),
            new Difference("c", "list[]", "integer", "integer or string"),
            new Difference("c", "n", "integer", "decimal"));
  }

  private List<Difference> compare(List<Check> checks) throws Exception {
    return Conformance.compare(checks, gateway(one), gateway(other), () -> {});
  }

  private static Answer answer(String json) throws IOException {
    return new Answer(
        200,
        "application/json",
        new ObjectMapper().readTree(json.replace('\'', '"')),
        Map.of("behind the URL", "200"));
  }

  private static Endpoint gateway(Sandbox sandbox) {
    return new Endpoint(sandbox.gateway(), new Endpoint.Bearer(sandbox.options().apiKey()));
  }
}
