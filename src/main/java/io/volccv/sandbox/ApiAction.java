package io.volccv.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One {@code Action} of the API. */
interface ApiAction {
  String name();

  String version();

  /** Checks the parameters, quickly, and says what there is to do. */
  Job prepare(Call call, ObjectNode params) throws Refusal;

  /** The work of a call; it may take as long as drawing takes, and holds a thread meanwhile. */
  interface Job {
    Result run() throws Refusal;
  }

  /**
   * What a call answers and costs.
   *
   * @param data the envelope's {@code data} but its {@code binary_data_base64}
   * @param pictures for {@code binary_data_base64}
   * @param images pictures to charge
   * @param fen what they cost, in hundredths of a CNY
   */
  record Result(
      ObjectNode data, List<byte[]> pictures, int images, int fen, @Nullable String taskId) {}
}
