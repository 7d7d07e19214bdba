package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@code Action} of the API. */
interface ApiAction {
  String name();

  String version();

  Kind kind();

  /** Checks the parameters, quickly, and says what there is to do. */
  Job prepare(Call call, ObjectNode params) throws Refusal;

  /** What an action asks of the account. */
  enum Kind {
    /** A paid call that is answered when its pictures are drawn. */
    WORK,
    /** A call that begins a task, which is paid when it is done; answered at once. */
    SUBMIT,
    /** A free call about a task; answered at once. */
    QUERY
  }

  /** The work of a call; it may take as long as drawing takes, and holds a thread meanwhile. */
  interface Job {
    Result run() throws Refusal;
  }

  /** A task and its work. */
  record Begin(Task task, Painting painting) {}

  /**
   * What a call answers and costs.
   *
   * @param data the envelope's {@code data}
   * @param pictures for its {@code binary_data_base64}; null when {@code data} is all
   * @param images pictures to charge
   * @param fen what they cost, in hundredths of a CNY
   * @param taskId of the task that was submitted or asked for
   * @param begin the task that begins with this answer, or null
   */
  record Result(
      JsonNode data,
      @Nullable List<byte[]> pictures,
      int images,
      int fen,
      @Nullable String taskId,
      @Nullable Begin begin) {

    static Result drawn(ObjectNode data, List<byte[]> pictures, int images, int fen) {
      return new Result(data, pictures, images, fen, null, null);
    }

    static Result submitted(Task task, Painting painting) {
      ObjectNode data = Json.MAPPER.createObjectNode().put("task_id", task.id());
      return new Result(data, null, 0, 0, task.id(), new Begin(task, painting));
    }

    static Result told(String taskId, JsonNode data, @Nullable List<byte[]> pictures) {
      return new Result(data, pictures, 0, 0, taskId, null);
    }
  }
}
