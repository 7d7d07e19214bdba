package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Takes a task from the queue, of either pair; it is neither done nor charged then. The vendor
 * documents that a task that is generating can't be cancelled, but not how that is said: the
 * sandbox says 50200 with the task's status, and 50215 for a task that it does not know, as a
 * result query does. The answer's {@code data} is null.
 */
final class CancelTask implements ApiAction {
  private final Tasks tasks;

  CancelTask(Tasks tasks) {
    this.tasks = tasks;
  }

  @Override
  public String name() {
    return "CVCancelTask";
  }

  @Override
  public String version() {
    return "2024-06-06";
  }

  @Override
  public Kind kind() {
    return Kind.QUERY;
  }

  @Override
  public Job prepare(Call call, ObjectNode json) throws Refusal {
    Params params = Params.check(json);
    String reqKey = params.reqKey().name();
    String id = params.required("task_id");
    tasks.find(null, reqKey, id);
    return () -> {
      if (tasks.cancel(id)) {
        return Result.told(id, NullNode.getInstance(), null);
      }
      String status = tasks.status(tasks.find(null, reqKey, id)).text();
      throw Refusal.of(
          50200, "Invalid Request Args: a task that is " + status + " can't be cancelled");
    };
  }
}
