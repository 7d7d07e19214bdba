package io.volccv.app;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where log lines go. Has to be said before anything logs, and so before anything of Camel. */
final class Logs {
  private static final String LOCATION = "logback.configurationFile";

  private Logs() {}

  static void configure(Home home) {
    if (System.getProperty(LOCATION) != null) {
      return;
    }
    Path own = home.resolve("config/logback.xml");
    System.setProperty(
        LOCATION, Files.isRegularFile(own) ? own.toString() : "io/volccv/app/logback.xml");
  }
}
