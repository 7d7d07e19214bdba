package io.volccv.model;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Bytes of a known length that can be read any number of times: a picture, or the body of a call.
 *
 * <p>Re-readable because a signed call is read twice (once to hash it, once to send it) and a
 * redelivered one again; of known length because an upload without {@code Content-Length} could be
 * executed although it was cut.
 */
public interface Content {

  /** The length in bytes. */
  long length();

  /** Opens the bytes from their first; the caller closes the channel. */
  ReadableByteChannel open() throws IOException;

  /** Bytes on the heap; for what is small. The array is not copied and must not change. */
  static Content of(byte[] bytes) {
    return new Content() {
      @Override
      public long length() {
        return bytes.length;
      }

      @Override
      public ReadableByteChannel open() {
        return new BytesChannel(ByteBuffer.wrap(bytes));
      }
    };
  }

  /**
   * A file, with the length it has now. A file that changes afterwards fails the reader, since the
   * length was already promised to the server.
   *
   * @throws IOException when the file cannot be read
   */
  static Content of(Path file) throws IOException {
    long length = Files.size(file);
    return new Content() {
      @Override
      public long length() {
        return length;
      }

      @Override
      public ReadableByteChannel open() throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ);
      }

      @Override
      public String toString() {
        return file.toString();
      }
    };
  }
}
