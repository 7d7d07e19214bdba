package io.volccv.files;

import io.volccv.model.Job;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input that a source has taken, and that is no file of a folder here: what becomes of it, the
 * source alone knows. See {@link Inputs#begin}.
 */
public interface Input {

  /**
   * Its job has ended. Called from any thread.
   *
   * @param error what {@code <input>.error.json} says, JSON in UTF-8; null when it ended well
   * @return where it is now, for people to read
   * @throws IOException when it can neither be put away now nor later
   */
  List<Path> putAway(Job job, Job.Outcome outcome, byte @Nullable [] error) throws IOException;

  /** Its job has not ended, and its turn comes again; the exchange fails. */
  default void stays() {}
}
