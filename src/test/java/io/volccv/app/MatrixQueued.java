package io.volccv.app;

import io.volccv.model.Job.Outcome;
import jakarta.jms.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * A source whose jobs lie in the queue: the message of each is gone in the end, or a dead letter.
 */
final class MatrixQueued implements MatrixSource.Opened {

  /** How it is asked for a picture. */
  @FunctionalInterface
  interface Asking {

    /** Asks, and says the job's key. */
    String ask(String name, byte[] photo) throws Exception;
  }

  private final MatrixShared shared;
  private final List<String> config;
  private final Asking asking;
  private final BooleanSupplier isRead;
  private final Map<String, String> keys = new HashMap<>();

  /**
   * @param isRead whether all that was asked for has come to the queue, as far as can be seen
   */
  MatrixQueued(MatrixShared shared, List<String> config, Asking asking, BooleanSupplier isRead) {
    this.shared = shared;
    this.config = config;
    this.asking = asking;
    this.isRead = isRead;
  }

  @Override
  public List<String> config() {
    return config;
  }

  @Override
  public void ask(String name, byte[] photo) throws Exception {
    keys.put(asking.ask(name, photo), name);
  }

  @Override
  public Set<String> ended(Outcome outcome) throws Exception {
    Set<String> ended = new TreeSet<>();
    if (outcome == Outcome.DONE) {
      keys.forEach(
          (key, name) -> {
            if (shared.isDelivered(key)) {
              ended.add(name);
            }
          });
      return ended;
    }
    String state = outcome.name().toLowerCase(Locale.ROOT);
    for (Message letter : shared.queue.browse("volccv.dead")) {
      String name = keys.get(letter.getStringProperty("volccvJobKey"));
      if (name != null && state.equals(letter.getStringProperty("volccvOutcome"))) {
        ended.add(name);
      }
    }
    return ended;
  }

  @Override
  public boolean isEmpty() throws Exception {
    return isRead.getAsBoolean() && shared.queue.browse("volccv.jobs").isEmpty();
  }

  @Override
  public void close() {
    // The queue is not its own.
  }
}
