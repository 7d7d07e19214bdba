package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Random;

/**
 * Begins a task. The parameters are those of {@link CvProcess}, but {@code logo_info} and {@code
 * aigc_meta} are JSON in a string; they and {@code return_url} are for {@code callback_url} only.
 */
final class SubmitTask implements ApiAction {
  private final TaskPair pair;
  private final Studio studio;
  private final Tasks tasks;
  private final Ids ids;
  private final Random random;

  SubmitTask(TaskPair pair, Studio studio, Tasks tasks, Ids ids, Random random) {
    this.pair = pair;
    this.studio = studio;
    this.tasks = tasks;
    this.ids = ids;
    this.random = random;
  }

  @Override
  public String name() {
    return pair.submit();
  }

  @Override
  public String version() {
    return "2022-08-31";
  }

  @Override
  public Kind kind() {
    return Kind.SUBMIT;
  }

  @Override
  public Job prepare(Call call, ObjectNode json) throws Refusal {
    Params params = Params.checkSubmit(json);
    Delivery.ofSubmit(params);
    Callbacks.check(params.text("callback_url"));
    Painting painting = studio.commission(call.body(), params);
    ObjectNode kept = json.deepCopy().put("seed", painting.seed());
    return () -> {
      String id = ids.task();
      Task task =
          new Task(
              id,
              pair,
              kept,
              tasks.keepUploads(id, call.body()),
              tasks.clock().instant(),
              tasks.nextLatency(random.nextDouble()),
              null,
              new Task.InQueue());
      return Result.submitted(task, painting);
    };
  }
}
