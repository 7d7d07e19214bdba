package io.volccv.conformance;

import static io.volccv.conformance.Check.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What is wrong with a call is said by its code. */
final class RequestChecks {
  /** The model of the vendor's example: one picture in, one out. */
  static final String MODEL = "high_aes_scheduler_svr_controlnet_v2.0";

  private static final String NOTHING = "{}";

  private RequestChecks() {}

  static List<Check> all() {
    return List.of(
        asked("no Action", 400, "MissingParameter", "Version=2022-08-31"),
        asked("no Version", 400, "MissingParameter", "Action=CVProcess"),
        asked(
            "an unknown Action",
            404,
            "InvalidActionOrVersion",
            "Action=CVNothing&Version=2022-08-31"),
        asked(
            "an unknown Version",
            404,
            "InvalidActionOrVersion",
            "Action=CVProcess&Version=1999-01-01"),
        refused("a GET", 400, "50402", endpoint -> Post.to(endpoint, "").method("GET").send()),
        sent("no body", "50201", ""),
        sent("no req_key", "50201", "{\"prompt\":\"a dog\"}"),
        sent("a req_key that is a number", "50204", "{\"req_key\":5,\"prompt\":\"a dog\"}"),
        sent("a body that is not JSON", "50204", "req_key=" + MODEL),
        sent("a body that is an array", "50204", "[1]"),
        // With a picture that is none: a server that takes any req_key must not draw, either.
        refused(
            "an unknown req_key",
            401,
            "50400",
            endpoint ->
                Post.to(
                        endpoint,
                        "{\"req_key\":\"no_such_model\",\"binary_data_base64\":[\"!!!!\"]}")
                    .send()),
        sent("an empty picture", "50206", picture("\"binary_data_base64\":[\"\"]")).mayCost(),
        sent("a picture that is not base64", "50207", picture("\"binary_data_base64\":[\"!!!!\"]")),
        sent(
            "a picture that can't be decoded",
            "50207",
            picture("\"binary_data_base64\":[\"AAAAAAAAAAAAAAAAAAAAAAAA\"]")),
        sent(
            "a picture URL that can't be fetched",
            "50207",
            picture("\"image_urls\":[\"https://no-such-host.invalid/a.png\"]")),
        sent("no picture", "50206", picture("\"scale\":3.0")).mayCost(),
        resultQuery(),
        task(
            "a result query without a task id",
            "50201",
            "CVSync2AsyncGetResult",
            "{\"req_key\":\"" + MODEL + "\"}"),
        task(
            "a task id that is a number",
            "50204",
            "CVSync2AsyncGetResult",
            "{\"req_key\":\"" + MODEL + "\",\"task_id\":1234567890123456789}"),
        task(
            "a submit without a req_key",
            "50201",
            "CVSync2AsyncSubmitTask",
            "{\"prompt\":\"a dog\"}"),
        task(
            "a native submit without a req_key", "50201", "CVSubmitTask", "{\"prompt\":\"a dog\"}"),
        task(
                "a submit whose logo_info is an object",
                "50204",
                "CVSync2AsyncSubmitTask",
                picture("\"binary_data_base64\":[\"!!!!\"],\"logo_info\":{\"add_logo\":true}"))
            .mayCost());
  }

  /** The credentials check of those who don't want to pay for it. */
  private static Check resultQuery() {
    return new Check(
        "a result query with a made-up task id",
        Check.Cost.FREE,
        endpoint -> true,
        endpoint ->
            Post.to(
                    endpoint,
                    "{\"req_key\":\"jimeng_t2i_v40\",\"task_id\":\"1234567890123456789\"}")
                .query("Action=CVSync2AsyncGetResult&Version=2022-08-31")
                .send(),
        answer -> {
          boolean notFound = answer.json().at("/data/status").asText().equals("not_found");
          assertThat(notFound ? "50215" : answer.code()).isEqualTo("50215");
        });
  }

  private static Check asked(String name, int status, String code, String query) {
    return refused(name, status, code, endpoint -> Post.to(endpoint, NOTHING).query(query).send());
  }

  private static Check task(String name, String code, String action, String body) {
    String query = "Action=" + action + "&Version=2022-08-31";
    return refused(name, 400, code, endpoint -> Post.to(endpoint, body).query(query).send());
  }

  private static Check sent(String name, String code, String body) {
    return refused(name, 400, code, endpoint -> Post.to(endpoint, body).send());
  }

  private static String picture(String fields) {
    return "{\"req_key\":\"" + MODEL + "\",\"prompt\":\"a dog\"," + fields + "}";
  }
}
