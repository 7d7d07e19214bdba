package io.volccv.files;

import io.volccv.model.CvResult;
import io.volccv.model.Job;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of each job; the app's progress display and its exit code are made from it.
 * Called from route threads, several at a time. A bean of this type in the registry is found by
 * {@code Inputs} and {@code Outputs}.
 */
public interface JobListener {

  /** A source took the job. */
  void started(Job job);

  /**
   * A job ended.
   *
   * @param result what the call brought; null unless {@code outcome} is {@code DONE}
   * @param written the output pictures, or the place of the input and its error file
   * @param reason why it did not end well; null when it did
   */
  void ended(
      Job job,
      Job.Outcome outcome,
      @Nullable CvResult result,
      List<Path> written,
      @Nullable Throwable reason);

  /**
   * A job did not end: nothing was wrong with it, but for now no call can succeed (credentials,
   * budget). Its input stays where it was and will be {@linkplain #started started} again.
   */
  default void stayed(Job job, Throwable reason) {}
}
