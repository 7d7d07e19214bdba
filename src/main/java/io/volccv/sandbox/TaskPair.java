package io.volccv.sandbox;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The two pairs of actions for tasks; what one submits the other does not know. */
enum TaskPair {
  SYNC2ASYNC("CVSync2AsyncSubmitTask", "CVSync2AsyncGetResult"),
  NATIVE("CVSubmitTask", "CVGetResult");

  private final String submit;
  private final String result;

  TaskPair(String submit, String result) {
    this.submit = submit;
    this.result = result;
  }

  String submit() {
    return submit;
  }

  String result() {
    return result;
  }

  static boolean asks(@Nullable String action) {
    return Arrays.stream(values()).anyMatch(pair -> pair.result.equals(action));
  }

  static boolean submits(@Nullable String action) {
    return Arrays.stream(values()).anyMatch(pair -> pair.submit.equals(action));
  }
}
