package io.volccv.conformance;

import static io.volccv.conformance.Check.answered;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One task from its submit to its result, and what is answered to those who ask wrongly for it. */
final class TaskChecks {
  private static final String MODEL = "jimeng_t2i_v40";
  private static final String SUBMIT =
      """
      {"req_key":"%s","prompt":"a dog in the snow","force_single":true,"width":1024,"height":1024}"""
          .formatted(MODEL);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Set<String> UNFINISHED = Set.of("in_queue", "generating", "processing");
  private static final int LONGEST_MINUTES = 5;

  private TaskChecks() {}

  static List<Check> all() {
    return List.of(
        answered(
            "a task from submit to result",
            TaskChecks::task,
            answer -> {
              assertThat(answer.json().path("code").isInt()).isTrue();
              assertThat(answer.code()).isEqualTo("10000");
              assertThat(answer.json().at("/data/status").asText()).isEqualTo("done");
              assertThat(answer.json().at("/data/image_urls")).hasSize(1);
              assertThat(answer.json().at("/data/binary_data_base64").isNull()).isTrue();
              assertThat(answer.facts())
                  .containsEntry("task id", "19 or 20 digits as a string")
                  .containsEntry("the other pair", "400, 50215")
                  .containsEntry("another req_key", "400, 50215")
                  .containsEntry("cancelling it when it is done", "400, 50200");
            }));
  }

  private static Answer task(Endpoint endpoint) throws IOException, InterruptedException {
    Answer submit = post(endpoint, "CVSync2AsyncSubmitTask", "2022-08-31", SUBMIT);
    JsonNode id = submit.json().at("/data/task_id");
    if (!id.isTextual()) {
      return submit;
    }
    String query = query(MODEL, id.textValue());
    Answer result =
        await()
            .pollDelay(2, SECONDS)
            .pollInterval(2, SECONDS)
            .atMost(LONGEST_MINUTES * 60L, SECONDS)
            .until(
                () -> post(endpoint, "CVSync2AsyncGetResult", "2022-08-31", query),
                answer -> !UNFINISHED.contains(answer.json().at("/data/status").asText()));
    String stranger = query(RequestChecks.MODEL, id.textValue());
    return result.with(
        Map.of(
            "task id",
            id.textValue().matches("\\d{19,20}") ? "19 or 20 digits as a string" : "other",
            "the other pair",
            brief(post(endpoint, "CVGetResult", "2022-08-31", query)),
            "another req_key",
            brief(post(endpoint, "CVSync2AsyncGetResult", "2022-08-31", stranger)),
            "cancelling it when it is done",
            brief(post(endpoint, "CVCancelTask", "2024-06-06", query))));
  }

  private static String query(String reqKey, String id) {
    return JSON.createObjectNode()
        .put("req_key", reqKey)
        .put("task_id", id)
        .put("req_json", "{\"return_url\":true}")
        .toString();
  }

  private static String brief(Answer answer) {
    return answer.status() + ", " + answer.code();
  }

  private static Answer post(Endpoint endpoint, String action, String version, String body)
      throws IOException, InterruptedException {
    return Post.to(endpoint, body).query("Action=" + action + "&Version=" + version).send();
  }
}
