package io.volccv.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Held while an app works on a home. Two apps on one inbox would take the same file at the same
 * time and pay for it twice. The lock is the system's, so a killed app leaves none behind; the file
 * itself stays, since removing it would let a third app lock a file that nobody else sees.
 */
final class HomeLock implements AutoCloseable {
  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @param data the folder whose files are worked on
   * @throws ConfigException when another app holds it, or when it can't be made
   */
  static HomeLock take(Home home, Path data) {
    return tryTake(home, data)
        .orElseThrow(
            () -> {
              Path file = file(data);
              return new ConfigException(
                  home.display(file),
                  "another volccv" + owner(file) + " works in this home",
                  "stop it, or give this one its own folder with --home");
            });
  }

  /**
   * @param data the folder whose files are worked on
   * @return empty when another app holds it
   * @throws ConfigException when it can't be made
   */
  static Optional<HomeLock> tryTake(Home home, Path data) {
    Path file = file(data);
    try {
      Files.createDirectories(data);
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (lock(channel) == null) {
        channel.close();
        return Optional.empty();
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.US_ASCII)));
      return Optional.of(new HomeLock(channel));
    } catch (IOException e) {
      throw new ConfigException(
          home.display(file),
          "cannot be written (" + e.getMessage() + "); make its folder writable",
          e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // held by this very process
    }
  }

  private static Path file(Path data) {
    return data.resolve("app.lock");
  }

  private static String owner(Path file) {
    String pid;
    try (InputStream in = Files.newInputStream(file)) {
      pid = new String(in.readNBytes(20), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return ""; // only a better name for it
    }
    return pid.matches("\\d+") ? " (process " + pid + ")" : "";
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
