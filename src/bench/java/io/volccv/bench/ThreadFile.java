package io.volccv.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system says of a thread, in a file below {@code /proc/PID/task}. */
public final class ThreadFile {

  private ThreadFile() {}

  /** Its text; empty when the thread has ended meanwhile. */
  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
