package io.volccv.queue;

import io.volccv.files.Input;
import io.volccv.model.Job;
import io.volccv.model.Job.Outcome;
import jakarta.jms.Message;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that was received and is not acknowledged yet. How its job ends is only noted here,
 * from whatever thread: the session belongs to the thread that received it.
 */
final class QueueInput implements Input {

  private final Message message;
  private final String dead;
  private @Nullable Outcome outcome;
  private byte @Nullable [] error;
  private boolean stays;

  /**
   * @param dead the queue of messages that end badly
   */
  QueueInput(Message message, String dead) {
    this.message = message;
    this.dead = dead;
  }

  Message message() {
    return message;
  }

  @Override
  public synchronized List<Path> putAway(Job job, Outcome ended, byte @Nullable [] why) {
    outcome = ended;
    error = why;
    return List.of(Path.of(dead));
  }

  @Override
  public synchronized void stays() {
    stays = true;
  }

  /** Whether its job has yet to be done; asked once for each attempt. */
  synchronized boolean isToBeDoneAgain() {
    boolean again = stays;
    stays = false;
    return again;
  }

  /** How its job ended; null when it did not. */
  synchronized @Nullable Outcome outcome() {
    return outcome;
  }

  /** Why it ended badly, as JSON; null when it did not. */
  synchronized byte @Nullable [] error() {
    return error;
  }
}
