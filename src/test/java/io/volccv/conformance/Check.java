package io.volccv.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One thing that can be asked of any server of the API.
 *
 * @param cost whether some server might answer it with a picture, and charge for that
 * @param applies to which endpoints it can be put
 * @param sandbox what is expected of the sandbox; a real service is compared, not judged
 */
record Check(
    String name,
    Cost cost,
    Predicate<Endpoint> applies,
    Question question,
    Consumer<Answer> sandbox) {

  enum Cost {
    FREE,
    PAID
  }

  /** Makes a call, or several. */
  interface Question {
    Answer put(Endpoint endpoint) throws IOException, InterruptedException;
  }

  /** One that the sandbox answers with an error. */
  static Check refused(String name, int status, String code, Question question) {
    return new Check(
        name,
        Cost.FREE,
        endpoint -> true,
        question,
        answer -> {
          assertThat(answer.code()).as("%s", answer.json()).isEqualTo(code);
          assertThat(answer.status()).isEqualTo(status);
          assertThat(answer.type()).isEqualTo("application/json");
          Envelopes.assertError(answer.json());
        });
  }

  /** One that the sandbox answers with a picture. */
  static Check answered(String name, Question question, Consumer<Answer> sandbox) {
    return new Check(name, Cost.PAID, endpoint -> true, question, sandbox);
  }

  Check mayCost() {
    return new Check(name, Cost.PAID, applies, question, sandbox);
  }

  Check onlyIf(Predicate<Endpoint> condition) {
    return new Check(name, cost, condition, question, sandbox);
  }
}
