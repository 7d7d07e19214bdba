package io.volccv.files;

import io.volccv.model.Job.Outcome;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where the inputs of a source lie that were put away, and their way back to it. All of it works
 * while the app runs, for one thread.
 */
public interface ParkedInputs extends AutoCloseable {

  /** Why an input cannot go back when its name is taken there. */
  String TAKEN = "the inbox has a file of that name; replay it again when that one is done";

  /**
   * What is put away, oldest first.
   *
   * @param outcomes only what ended so
   * @throws IOException when it cannot be looked at
   */
  List<ParkedInput> list(Set<Outcome> outcomes) throws IOException;

  /** Why one of the {@link #list} cannot go back now; empty when it can. */
  Optional<String> obstacle(ParkedInput parked);

  /**
   * Puts {@code parked} back to where its source takes inputs from. After a kill in between it can
   * be repeated.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the name was taken meanwhile; nothing is
   *     overwritten
   * @throws java.nio.file.NoSuchFileException when it was taken away meanwhile
   */
  void putBack(ParkedInput parked) throws IOException;

  @Override
  default void close() {}
}
