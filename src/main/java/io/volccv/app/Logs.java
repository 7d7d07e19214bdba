package io.volccv.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.volccv.files.Inputs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.slf4j.LoggerFactory;

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

  /** Runs something that tells itself what becomes of inputs. */
  static <T> T withoutInputs(Callable<T> task) throws Exception {
    Logger inputs = (Logger) LoggerFactory.getLogger(Inputs.class);
    Level before = inputs.getLevel();
    inputs.setLevel(Level.OFF);
    try {
      return task.call();
    } finally {
      inputs.setLevel(before);
    }
  }
}
