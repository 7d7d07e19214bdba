package io.volccv.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import io.volccv.model.CvTask;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The bodies of the calls that tasks take, and what goes where: what describes the answer ({@code
 * return_url}, {@code logo_info}, {@code aigc_meta}) belongs to the query, in {@code req_json};
 * only with a {@code callback_url} it is told at the submit, and there as JSON text.
 *
 * @see <a href="https://www.volcengine.com/docs/85621/1817045">submit and query</a>
 */
final class TaskRequests {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RETURN_URL = "return_url";
  private static final String LOGO_INFO = "logo_info";
  private static final String AIGC_META = "aigc_meta";

  private TaskRequests() {}

  /** What is submitted for a wish. */
  static CvRequest submit(CvRequest wish) {
    Map<String, Object> params = new LinkedHashMap<>(wish.params());
    if (params.containsKey("callback_url")) {
      params.computeIfPresent(LOGO_INFO, (name, value) -> text(value));
      params.computeIfPresent(AIGC_META, (name, value) -> text(value));
    } else {
      params.remove(RETURN_URL);
      params.remove(LOGO_INFO);
      params.remove(AIGC_META);
    }
    return new CvRequest(wish.reqKey(), params, wish.pictures(), wish.jobKey(), wish.route());
  }

  /** The query's {@code req_json} for a wish, empty when it asks for nothing special. */
  static Optional<String> reqJson(CvRequest wish) {
    Map<String, Object> query = new LinkedHashMap<>();
    for (String name : new String[] {RETURN_URL, LOGO_INFO, AIGC_META}) {
      if (wish.params().get(name) != null) {
        query.put(name, wish.params().get(name));
      }
    }
    return query.isEmpty() ? Optional.empty() : Optional.of(text(query));
  }

  /** The body that asks for a task's result. */
  static Content query(CvTask task) {
    Map<String, Object> body = named(task);
    task.reqJson().ifPresent(json -> body.put("req_json", json));
    return json(body);
  }

  /** The body that cancels a task. */
  static Content cancel(CvTask task) {
    return json(named(task));
  }

  private static Map<String, Object> named(CvTask task) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("req_key", task.reqKey());
    body.put("task_id", task.taskId());
    return body;
  }

  private static Content json(Map<String, Object> body) {
    return Content.of(text(body).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static String text(Object value) {
    try {
      return value instanceof String text ? text : JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a parameter is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
