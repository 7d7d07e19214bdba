package io.volccv.bench.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A request's head, which may come in pieces. */
final class Head {

  private static final byte[] LENGTH = "content-length:".getBytes(US_ASCII);

  private final byte[] bytes = new byte[8 * 1024];
  private int length;

  /**
   * Takes bytes up to the end of the head, and leaves those of the body.
   *
   * @return whether the head is whole
   */
  boolean append(ByteBuffer more) throws IOException {
    while (more.hasRemaining()) {
      if (length == bytes.length) {
        throw new IOException("a head longer than " + length + " bytes");
      }
      bytes[length++] = more.get();
      if (length >= 4
          && bytes[length - 1] == '\n'
          && bytes[length - 2] == '\r'
          && bytes[length - 3] == '\n') {
        return true;
      }
    }
    return false;
  }

  /** The length of the body; then the next head may come. */
  long contentLength() throws IOException {
    int end = length;
    length = 0;
    for (int line = 0; line < end; line = next(line, end)) {
      if (begins(line, end)) {
        long value = 0;
        for (int i = line + LENGTH.length; bytes[i] != '\r'; i++) {
          if (bytes[i] != ' ') {
            value = value * 10 + (bytes[i] - '0');
          }
        }
        return value;
      }
    }
    throw new IOException("a request without a Content-Length");
  }

  private boolean begins(int at, int end) {
    if (at + LENGTH.length > end) {
      return false;
    }
    for (int i = 0; i < LENGTH.length; i++) {
      byte b = bytes[at + i];
      if ((b >= 'A' && b <= 'Z' ? b + 32 : b) != LENGTH[i]) {
        return false;
      }
    }
    return true;
  }

  private int next(int from, int end) {
    int i = from;
    while (i < end && bytes[i] != '\n') {
      i++;
    }
    return i + 1;
  }
}
