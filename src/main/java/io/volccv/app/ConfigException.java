package io.volccv.app;

import org.jspecify.annotations.Nullable;

/**
 * Something the operator wrote can't work. Its message is the whole line that the operator sees.
 */
final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param where the file or the option, as the operator wrote it
   * @param problem what is wrong with it
   * @param remedy what to write instead
   */
  ConfigException(String where, String problem, String remedy) {
    this(where, problem + "; " + remedy, (Throwable) null);
  }

  /**
   * @param text what is wrong and what to write, already joined by a semicolon
   */
  ConfigException(String where, String text, @Nullable Throwable cause) {
    super(DisplayText.oneLine("config: " + where + ": " + text), cause);
  }
}
