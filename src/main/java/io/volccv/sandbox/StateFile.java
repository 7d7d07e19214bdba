package io.volccv.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * JSON lines that are only ever appended. A line is handed to the operating system before {@link
 * #append} returns, so a kill of the process loses none; of a line that was torn in the middle of
 * the kill nobody has heard yet.
 */
final class StateFile implements AutoCloseable {
  private static final String LINE_START = "{\"n\":";

  private final FileChannel channel;

  private StateFile(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Reads what is there, hands it on line by line, cuts off a torn last line, and opens the file
   * for more.
   */
  static StateFile open(Path file, Consumer<JsonNode> line) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(channel, file);
      long whole = read(channel, file, line);
      channel.truncate(whole);
      channel.position(whole);
      return new StateFile(channel);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** Two sandboxes on one file would each cut off what the other wrote. */
  private static void lock(FileChannel channel, Path file) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      throw (IOException) wrong(file, "is in use by another sandbox of this process").initCause(e);
    }
    if (lock == null) {
      throw wrong(file, "is in use by another sandbox");
    }
  }

  /** The length of the part that consists of whole lines. */
  private static long read(FileChannel channel, Path file, Consumer<JsonNode> line)
      throws IOException {
    long whole = 0;
    ByteArrayOutputStream current = new ByteArrayOutputStream();
    // Not closed: that would close the channel, and closing any other stream of the file would drop
    // the lock.
    InputStream in = new BufferedInputStream(Channels.newInputStream(channel), 1 << 16);
    for (int b = in.read(); b >= 0; b = in.read()) {
      if (b != '\n') {
        current.write(b);
        continue;
      }
      try {
        line.accept(Json.MAPPER.readTree(current.toByteArray()));
      } catch (IOException | RuntimeException e) {
        throw (IOException) wrong(file, "is not a state file of the sandbox").initCause(e);
      }
      whole += current.size() + 1;
      current.reset();
    }
    if (!isTorn(current.toString(StandardCharsets.UTF_8))) {
      throw wrong(file, "is not a state file of the sandbox");
    }
    return whole;
  }

  /** Whether this can be the beginning of a line; what is not must not be cut off. */
  private static boolean isTorn(String rest) {
    return rest.startsWith(LINE_START) || LINE_START.startsWith(rest);
  }

  private static FileSystemException wrong(Path file, String reason) {
    return new FileSystemException(file.toString(), null, reason);
  }

  void append(JsonNode line) {
    ByteBuffer bytes = ByteBuffer.wrap((Json.text(line) + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      long whole = channel.position();
      try {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      } catch (IOException e) {
        // A full disk may take half a line, and later lines must not stand behind it.
        cutTo(whole, e);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the state file can't be written", e);
    }
  }

  private void cutTo(long length, IOException cause) {
    try {
      channel.truncate(length);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  void clear() {
    try {
      channel.truncate(0);
      channel.position(0);
    } catch (IOException e) {
      throw new UncheckedIOException("the state file can't be emptied", e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
