package io.volccv.sandbox;

import io.volccv.sandbox.Upload.Problem;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the raw bytes of a JSON string as base64 while they arrive, so that the text itself is
 * never held. JSON's escapes are understood, since some writers escape {@code /} and {@code =};
 * line breaks are skipped.
 */
final class UploadReader {
  private static final String PREFIX = "data:";
  private static final int[] VALUES = new int[128];

  static {
    Arrays.fill(VALUES, -1);
    for (int i = 0; i < 64; i++) {
      VALUES[Base64.getEncoder().encode(new byte[] {(byte) (i << 2), 0, 0})[0]] = i;
    }
  }

  private final int limit;
  private final Hash hash = new Hash();
  private final byte[] fresh;
  private int freshCount;
  private byte @Nullable [] kept;
  private long size;

  private int prefixLength;
  private boolean broken;
  private int group;
  private int digits;
  private int padding;
  private int escape;
  private int unicode;

  /**
   * @param expected about how many bytes will come
   * @param limit how many bytes to keep; of a larger picture none are
   */
  UploadReader(int expected, int limit) {
    this.limit = limit;
    this.kept = new byte[Math.max(16, Math.min(expected, limit))];
    this.fresh = new byte[expected < 8192 ? 768 : 24 * 1024];
  }

  /** A whole string that JSON's escapes were already taken from. */
  static Upload decode(String text, int limit) {
    UploadReader reader = new UploadReader(text.length() / 4 * 3 + 3, limit);
    for (int i = 0; i < text.length(); i++) {
      reader.character(text.charAt(i));
    }
    return reader.finish();
  }

  void accept(byte[] raw, int from, int to) {
    int i = from;
    while (i < to) {
      if (escape == 0 && digits == 0 && padding == 0 && prefixLength == -1) {
        i = quads(raw, i, to);
      }
      if (i < to) {
        raw(raw[i++]);
      }
    }
  }

  /** The common case, four plain characters at a time; returns where it ends. */
  private int quads(byte[] raw, int from, int to) {
    int i = from;
    while (i + 4 <= to) {
      if ((raw[i] | raw[i + 1] | raw[i + 2] | raw[i + 3]) < 0) {
        return i;
      }
      int a = VALUES[raw[i]];
      int b = VALUES[raw[i + 1]];
      int c = VALUES[raw[i + 2]];
      int d = VALUES[raw[i + 3]];
      if ((a | b | c | d) < 0) {
        return i;
      }
      put(a << 18 | b << 12 | c << 6 | d, 3);
      i += 4;
    }
    return i;
  }

  private void raw(byte b) {
    if (escape == 0) {
      if (b == '\\') {
        escape = 1;
      } else {
        character(b & 0xff);
      }
    } else if (escape == 1) {
      escape = b == 'u' ? 2 : 0;
      unicode = 0;
      if (b != 'u') {
        character(b == 'n' || b == 'r' ? '\n' : b & 0xff);
      }
    } else {
      unicode = unicode << 4 | Math.max(0, Character.digit(b, 16));
      if (++escape == 6) {
        escape = 0;
        character(unicode);
      }
    }
  }

  private void character(int c) {
    if (prefixLength >= 0 && prefixLength < PREFIX.length()) {
      prefixLength = c == PREFIX.charAt(prefixLength) ? prefixLength + 1 : -1;
    }
    if (c == '\n' || c == '\r') {
      return;
    }
    if (c == '=') {
      padding++;
      return;
    }
    int value = c < 128 ? VALUES[c] : -1;
    if (value < 0 || padding > 0) {
      broken = true;
      return;
    }
    group = group << 6 | value;
    if (++digits == 4) {
      put(group, 3);
      group = 0;
      digits = 0;
    }
  }

  private void put(int word, int count) {
    if (freshCount + 3 > fresh.length) {
      drain();
    }
    fresh[freshCount] = (byte) (word >> 16);
    fresh[freshCount + 1] = (byte) (word >> 8);
    fresh[freshCount + 2] = (byte) word;
    freshCount += count;
  }

  private void drain() {
    hash.update(fresh, 0, freshCount);
    if (kept != null && size + freshCount > limit) {
      kept = null;
    }
    if (kept != null) {
      if (size + freshCount > kept.length) {
        kept =
            Arrays.copyOf(
                kept, (int) Math.min(limit, Math.max(size + freshCount, kept.length * 2L)));
      }
      System.arraycopy(fresh, 0, kept, (int) size, freshCount);
    }
    size += freshCount;
    freshCount = 0;
  }

  Upload finish() {
    if (digits == 2 || digits == 3) {
      put(group << (digits == 2 ? 12 : 6), digits - 1);
    }
    drain();
    boolean ragged = digits == 1 || escape != 0 || (padding > 0 && digits + padding != 4);
    if (prefixLength == PREFIX.length()) {
      return new Upload(null, size, hash.hex(), Problem.DATA_PREFIX);
    }
    if (broken || ragged) {
      return new Upload(null, size, hash.hex(), Problem.NOT_BASE64);
    }
    if (kept == null) {
      return new Upload(null, size, hash.hex(), Problem.TOO_LARGE);
    }
    return new Upload(
        kept.length == size ? kept : Arrays.copyOf(kept, (int) size),
        size,
        hash.hex(),
        Problem.NONE);
  }
}
