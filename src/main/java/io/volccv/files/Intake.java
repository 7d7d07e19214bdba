package io.volccv.files;

import java.time.Duration;

/** What a source takes its inputs through. A bean of this type in the registry is found. */
public interface Intake {

  /**
   * Takes nothing for a while: after an error that the next input would meet, too, such as refused
   * credentials.
   */
  void rest();

  /** Whether the source had nothing to do for at least {@code time}. */
  boolean isIdleFor(Duration time);
}
