package io.volccv.wire;

import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Unpacks gzip as it arrives, with one block in memory. Nobody asks the service for it, but a proxy
 * may pack an answer all the same.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1952">RFC 1952</a>
 */
final class Gunzip {

  /** Takes what was unpacked, a block at a time. */
  interface Target {
    void take(byte[] bytes, int from, int to) throws IOException;
  }

  private enum State {
    /** Ten bytes: magic, method, flags, and others that do not matter. */
    FIXED,
    EXTRA_LENGTH,
    EXTRA,
    NAME,
    COMMENT,
    HEADER_CRC,
    PACKED,
    /** Eight bytes: CRC-32 and length of what was packed. */
    TRAILER
  }

  private static final int BLOCK_BYTES = 16 * 1024;
  private static final int FIXED_BYTES = 10;
  private static final int TRAILER_BYTES = 8;
  private static final int HAS_HEADER_CRC = 2;
  private static final int HAS_EXTRA = 4;
  private static final int HAS_NAME = 8;
  private static final int HAS_COMMENT = 16;

  private final Target target;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 crc = new CRC32();
  private final byte[] block = new byte[BLOCK_BYTES];
  private State state = State.FIXED;
  private int flags;
  private int seen;
  private long number;

  Gunzip(Target target) {
    this.target = target;
  }

  /**
   * Takes the next packed bytes.
   *
   * @throws MalformedJsonException when they are not gzip
   */
  void append(byte[] bytes, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      if (state == State.PACKED) {
        i = unpack(bytes, i, to);
      } else {
        frame(bytes[i++] & 0xff);
      }
    }
  }

  /** The packed bytes are at their end; several gzip texts in a row are one. */
  void finish() throws MalformedJsonException {
    if (state != State.FIXED || seen > 0) {
      throw new MalformedJsonException("it is gzip that was cut");
    }
  }

  /** Lets go of the memory outside the heap; harmless when repeated. */
  void close() {
    inflater.end();
  }

  private int unpack(byte[] bytes, int from, int to) throws IOException {
    inflater.setInput(bytes, from, to - from);
    try {
      while (true) {
        int count = inflater.inflate(block);
        if (count > 0) {
          crc.update(block, 0, count);
          target.take(block, 0, count);
        } else if (inflater.finished()) {
          int next = to - inflater.getRemaining();
          enter(State.TRAILER);
          return next;
        } else if (inflater.needsInput()) {
          return to;
        } else {
          throw broken();
        }
      }
    } catch (DataFormatException e) {
      throw new MalformedJsonException("it is broken gzip: " + e.getMessage(), e);
    }
  }

  /** One byte around the packed bytes. */
  private void frame(int b) throws MalformedJsonException {
    switch (state) {
      case FIXED -> fixed(b);
      case EXTRA_LENGTH -> {
        number |= (long) b << (8 * seen++);
        if (seen == 2) {
          enter(number == 0 ? next(State.EXTRA) : State.EXTRA);
        }
      }
      case EXTRA -> {
        if (++seen == number) {
          enter(next(State.EXTRA));
        }
      }
      case NAME, COMMENT -> {
        if (b == 0) {
          enter(next(state));
        }
      }
      case HEADER_CRC -> {
        if (++seen == 2) {
          enter(next(State.HEADER_CRC));
        }
      }
      case TRAILER -> trailer(b);
      case PACKED -> throw new IllegalStateException("packed bytes are no frame");
    }
  }

  private void fixed(int b) throws MalformedJsonException {
    int expected =
        switch (seen) {
          case 0 -> 0x1f;
          case 1 -> 0x8b;
          case 2 -> 8; // deflate, the only method
          default -> b;
        };
    if (b != expected) {
      throw new MalformedJsonException("it says gzip and is not");
    }
    if (seen == 3) {
      flags = b;
    }
    if (++seen == FIXED_BYTES) {
      enter(next(State.FIXED));
    }
  }

  private void trailer(int b) throws MalformedJsonException {
    number |= (long) b << (8 * seen++);
    if (seen < TRAILER_BYTES) {
      return;
    }
    long length = inflater.getBytesWritten() & 0xffffffffL;
    if (number != (length << 32 | crc.getValue())) {
      throw broken();
    }
    inflater.reset();
    crc.reset();
    enter(State.FIXED);
  }

  /** What follows in the header after {@code done}. */
  private State next(State done) {
    if (done.compareTo(State.EXTRA_LENGTH) < 0 && (flags & HAS_EXTRA) != 0) {
      return State.EXTRA_LENGTH;
    }
    if (done.compareTo(State.NAME) < 0 && (flags & HAS_NAME) != 0) {
      return State.NAME;
    }
    if (done.compareTo(State.COMMENT) < 0 && (flags & HAS_COMMENT) != 0) {
      return State.COMMENT;
    }
    if (done.compareTo(State.HEADER_CRC) < 0 && (flags & HAS_HEADER_CRC) != 0) {
      return State.HEADER_CRC;
    }
    return State.PACKED;
  }

  private void enter(State next) {
    // The length of the extra field is needed in it; elsewhere every number begins anew.
    number = next == State.EXTRA ? number : 0;
    seen = 0;
    state = next;
  }

  private static MalformedJsonException broken() {
    return new MalformedJsonException("it is broken gzip");
  }
}
