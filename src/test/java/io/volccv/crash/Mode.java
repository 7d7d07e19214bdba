package io.volccv.crash;

import io.volccv.model.Content;
import io.volccv.model.CvRequest;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** The ways of a picture, with the wish that takes it. */
enum Mode {
  PROCESS_INLINE(false, false),
  PROCESS_URLS(false, true),
  TASK_INLINE(true, false),
  TASK_URLS(true, true);

  private static final int INPUT_BYTES = 40_000;

  private final boolean task;
  private final boolean urls;

  Mode(boolean task, boolean urls) {
    this.task = task;
    this.urls = urls;
  }

  boolean isTask() {
    return task;
  }

  boolean isUrls() {
    return urls;
  }

  /** The wish of a job; its id stands in the prompt up to the first semicolon. */
  CvRequest wish(String id, int seed) {
    Map<String, Object> params = new HashMap<>();
    params.put("prompt", id + "; a picture");
    params.put("return_url", urls);
    if (seed > 0) {
      params.put("seed", seed);
    }
    return task
        ? new CvRequest("high_aes_general_v30l_zt2i", params, List.of(), Optional.of(id))
        : new CvRequest(
            "high_aes_scheduler_svr_controlnet_v2.0", params, List.of(input(id)), Optional.of(id));
  }

  /** Some blocks of a request; no one decodes it. */
  private static Content input(String id) {
    byte[] bytes = new byte[INPUT_BYTES];
    new Random(id.hashCode()).nextBytes(bytes);
    bytes[0] = (byte) 0xff;
    bytes[1] = (byte) 0xd8;
    bytes[2] = (byte) 0xff;
    return Content.of(bytes);
  }

  static String id(String prompt) {
    int end = prompt.indexOf(';');
    return end < 0 ? prompt : prompt.substring(0, end);
  }

  static String id(Path file) {
    return String.valueOf(file.getFileName());
  }
}
