package io.volccv.model;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Optional;

/**
 * A task at the service: what must be known to ask for its result, also after a restart.
 *
 * @param reqKey the {@code req_key} it was submitted with; a query needs the same one
 * @param taskId the {@code task_id}; text, since it has 19 digits and more
 * @param pair which pair of actions it belongs to; they must not be crossed
 * @param reqJson the query's {@code req_json}, empty without one
 * @param deadline when the service forgets the result
 */
public record CvTask(
    String reqKey, String taskId, Pair pair, Optional<String> reqJson, Instant deadline) {

  public CvTask {
    requireNonNull(reqKey, "reqKey is null");
    requireNonNull(taskId, "taskId is null");
    requireNonNull(pair, "pair is null");
    requireNonNull(reqJson, "reqJson is null");
    requireNonNull(deadline, "deadline is null");
  }

  /** Which actions submit a task and ask for its result. */
  public enum Pair {
    /** {@code CVSync2AsyncSubmitTask} and {@code CVSync2AsyncGetResult}. */
    SYNC2ASYNC("CVSync2AsyncSubmitTask", "CVSync2AsyncGetResult"),
    /** {@code CVSubmitTask} and {@code CVGetResult}. */
    NATIVE("CVSubmitTask", "CVGetResult");

    private final String submit;
    private final String result;

    Pair(String submit, String result) {
      this.submit = submit;
      this.result = result;
    }

    /** The action that submits. */
    public String submitAction() {
      return submit;
    }

    /** The action that asks for the result. */
    public String resultAction() {
      return result;
    }
  }
}
