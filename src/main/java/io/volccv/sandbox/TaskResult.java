package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Asks for a task. The answer is free, and the same however often it is asked for. A task that
 * failed is answered with its error; one that was cancelled is not found.
 */
final class TaskResult implements ApiAction {
  private final TaskPair pair;
  private final Tasks tasks;

  TaskResult(TaskPair pair, Tasks tasks) {
    this.pair = pair;
    this.tasks = tasks;
  }

  @Override
  public String name() {
    return pair.result();
  }

  @Override
  public String version() {
    return "2022-08-31";
  }

  @Override
  public Kind kind() {
    return Kind.QUERY;
  }

  @Override
  public Job prepare(Call call, ObjectNode json) throws Refusal {
    Params params = Params.check(json);
    Delivery delivery = Delivery.ofQuery(params.text("req_json"));
    Task task = tasks.find(pair, params.reqKey().name(), params.required("task_id"));
    return () -> answer(task, delivery);
  }

  private Result answer(Task task, Delivery delivery) throws Refusal {
    Tasks.Status status = tasks.status(task);
    if (status != Tasks.Status.DONE) {
      return Result.told(task.id(), data(status, null), null);
    }
    if (task.phase() instanceof Task.Failed failed) {
      throw new Refusal(failed.error());
    }
    try {
      Tasks.Pictures pictures = tasks.pictures(task.id(), delivery);
      ObjectNode data = data(status, pictures);
      if (task.phase() instanceof Task.Done done) {
        done.data().properties().stream()
            .filter(field -> !data.has(field.getKey()))
            .forEach(field -> data.set(field.getKey(), field.getValue()));
      }
      return Result.told(task.id(), data, pictures.files());
    } catch (IOException e) {
      throw Refusal.of(50500, "Internal Error: the pictures can't be read: " + e.getMessage());
    }
  }

  /** What an answer and a callback say of a task; base64 is written by the envelope. */
  static ObjectNode data(Tasks.Status status, Tasks.@Nullable Pictures pictures) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    if (pictures == null || pictures.files() == null) {
      data.putNull("binary_data_base64");
    }
    if (pictures == null || pictures.urls() == null) {
      data.putNull("image_urls");
    } else {
      ArrayNode urls = data.putArray("image_urls");
      pictures.urls().forEach(urls::add);
    }
    return data.put("resp_data", "").put("status", status.text());
  }
}
