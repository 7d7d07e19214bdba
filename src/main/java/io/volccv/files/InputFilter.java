package io.volccv.files;

import java.io.File;
import java.nio.file.Files;
import java.time.Clock;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.component.file.GenericFileFilter;

/**
 * What a folder source must not even list; for the file endpoint's option {@code filter}.
 *
 * <ul>
 *   <li>Folders that are symbolic links: they may lead out of the inbox, where moving a processed
 *       file would take it from somebody else, or round in a circle.
 *   <li>Names with a backslash: Camel takes it for a folder and could never move the file away.
 *   <li>Files that were changed a moment ago. The read lock would find that out as well, but it
 *       waits for each, and a hundred slow uploads would hold up all the others.
 * </ul>
 */
public final class InputFilter implements GenericFileFilter<File> {

  private final Clock clock;
  private long minAgeMillis = 1_100;

  public InputFilter() {
    this(Clock.systemUTC());
  }

  InputFilter(Clock clock) {
    this.clock = clock;
  }

  /** How long a file must not have changed, in milliseconds. */
  public void setMinAgeMillis(long millis) {
    this.minAgeMillis = millis;
  }

  /** Whether a file of this name can be an input at all. */
  public static boolean hasUsableName(String name) {
    return name.indexOf('\\') < 0;
  }

  @Override
  public boolean accept(GenericFile<File> file) {
    File path = file.getFile();
    if (!hasUsableName(path.getName())) {
      return false;
    }
    return file.isDirectory()
        ? !Files.isSymbolicLink(path.toPath())
        : clock.millis() - path.lastModified() >= minAgeMillis;
  }
}
