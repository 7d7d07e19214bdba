package io.volccv.wire;

import io.volccv.model.CvImage;
import io.volccv.model.MediaFormat;
import io.volccv.model.Spool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/** One base64 text on its way from the wire into the spool, a block at a time. */
final class Base64Sink {

  /** A multiple of four, so that every block but the last decodes by itself. */
  private static final int TEXT_BLOCK_BYTES = 2 * 1024;

  private final Spool.Writer spool;
  private final byte[] text;
  private final byte[] raw;
  private final ByteBuffer decoded;
  private final byte[] head = new byte[MediaFormat.PROBE_BYTES];
  private int textLength;
  private int headLength;
  private boolean padded;

  /** Until a block does not decode at once: an escape, white space or the end is in it. */
  private boolean plain = true;

  /** Blocks that one reply's pictures, which come one after the other, share. */
  static final class Blocks {
    private final byte[] text = new byte[TEXT_BLOCK_BYTES];
    private final ByteBuffer raw = ByteBuffer.allocate(TEXT_BLOCK_BYTES / 4 * 3);
  }

  Base64Sink(Spool.Writer spool, Blocks blocks) {
    this.spool = spool;
    this.text = blocks.text;
    this.raw = blocks.raw.array();
    this.decoded = blocks.raw;
  }

  /**
   * Takes text up to where its JSON string ends or has an escape.
   *
   * @return the index of the first quote, backslash or control character; {@code to} when there is
   *     none
   */
  int append(byte[] bytes, int from, int to) throws IOException {
    int next = from;
    while (next < to) {
      int count = Math.min(to - next, text.length - textLength);
      // What decodes is base64 to its end. Only the rest, and all from the first block on that does
      // not decode, is looked at byte for byte.
      if (plain && textLength + count == text.length) {
        System.arraycopy(bytes, next, text, textLength, count);
        plain = isDecoded();
        if (plain) {
          textLength = 0;
          next += count;
          continue;
        }
      }
      int end = endOfPlain(bytes, next, next + count);
      System.arraycopy(bytes, next, text, textLength, end - next);
      textLength += end - next;
      if (textLength == text.length) {
        decodeBlock();
      }
      if (end < next + count) {
        return end;
      }
      next = end;
    }
    return to;
  }

  private boolean isDecoded() throws IOException {
    try {
      decode(text, raw.length);
      return true;
    } catch (MalformedJsonException e) {
      return false;
    }
  }

  private static int endOfPlain(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b == '"' || b == '\\' || (b >= 0 && b < ' ')) {
        return i;
      }
    }
    return to;
  }

  void append(char c) throws IOException {
    if (c > 0x7f) {
      throw new MalformedJsonException("a picture's base64 holds a character that is not base64");
    }
    text[textLength++] = (byte) c;
    if (textLength == text.length) {
      decodeBlock();
    }
  }

  /** The text is whole. */
  CvImage finish() throws IOException {
    dropWhiteSpace();
    if (textLength > 0) {
      decodeRest();
    }
    return new CvImage(MediaFormat.of(head, headLength), spool.finish());
  }

  /**
   * The decoder takes whole arrays only: the block is filled up, so that no copy of what is left is
   * needed but of its last four characters, which may be padding.
   */
  private void decodeRest() throws IOException {
    int whole = Math.max(0, textLength - 1) / 4 * 4;
    byte[] last = Arrays.copyOfRange(text, whole, textLength);
    if (whole > 0) {
      Arrays.fill(text, whole, text.length, (byte) 'A');
      decode(text, whole / 4 * 3);
    }
    decode(last, raw.length);
  }

  void discard() {
    spool.discard();
  }

  private void decodeBlock() throws IOException {
    dropWhiteSpace();
    if (textLength == text.length) {
      decode(text, raw.length);
      textLength = 0;
    }
  }

  private void dropWhiteSpace() {
    int kept = 0;
    for (int i = 0; i < textLength; i++) {
      if ((text[i] & 0xff) > ' ') {
        text[kept++] = text[i];
      }
    }
    textLength = kept;
  }

  /**
   * @param most how many of the decoded bytes count
   */
  private void decode(byte[] block, int most) throws IOException {
    if (padded) {
      throw new MalformedJsonException("a picture's base64 goes on after its padding");
    }
    int count;
    try {
      count = Base64.getDecoder().decode(block, raw);
    } catch (IllegalArgumentException e) {
      throw new MalformedJsonException("a picture's base64 is not base64: " + e.getMessage(), e);
    }
    padded = count * 4L < block.length * 3L;
    count = Math.min(count, most);
    if (headLength < head.length) {
      int more = Math.min(head.length - headLength, count);
      System.arraycopy(raw, 0, head, headLength, more);
      headLength += more;
    }
    spool.write(decoded.limit(count).rewind());
  }
}
