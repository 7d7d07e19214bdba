package io.volccv.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.volccv.model.CvImage;
import io.volccv.model.Spool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parts a JSON text as it arrives: the strings at {@code data.binary_data_base64} go decoded into
 * the spool, everything else is kept for a full parser, with the picture's index in the string's
 * place. The full parser then decides what is JSON and which pictures count, so this class only has
 * to be right about where strings, objects and arrays begin and end.
 *
 * <p>Stricter than a full parser in one thing: a text at that place that is not base64 fails the
 * reply even when a second {@code data} takes its place.
 */
final class JsonSplitter {

  private static final byte[] DATA = ascii("data");
  private static final byte[] PICTURES = ascii(RequestBody.PICTURES);

  /** As deep as Jackson goes. */
  private static final int MAX_DEPTH = 1000;

  /** The longest way to write {@code binary_data_base64}: every character as {@code \\uXXXX}. */
  private static final int MAX_KEY_BYTES = 6 * PICTURES.length;

  private static final JsonFactory JSON = new JsonFactory();

  private enum State {
    START,
    STRUCTURE,
    KEY,
    TEXT,
    PICTURE
  }

  private final Spool spool;
  private final int maxKeptBytes;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream(1024);
  private final List<CvImage> pictures = new ArrayList<>();

  private byte[] containers = new byte[16];
  private int depth;
  private boolean keyNext;
  private boolean underData;
  private boolean underPictures;
  private final byte[] key = new byte[MAX_KEY_BYTES];
  private int keyLength;

  private State state = State.START;
  private int bomBytes;
  private boolean escaped;
  private int hexDigits;
  private int hexValue;
  private Base64Sink.@Nullable Blocks blocks;
  private @Nullable Base64Sink picture;

  JsonSplitter(Spool spool, int maxKeptBytes) {
    this.spool = spool;
    this.maxKeptBytes = maxKeptBytes;
  }

  /**
   * Takes the next bytes.
   *
   * @throws IOException when a picture is not base64, the rest is too long, or the spool fails
   */
  void append(byte[] bytes, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      i =
          switch (state) {
            case START -> start(bytes, i);
            case STRUCTURE -> structure(bytes, i, to);
            case KEY -> key(bytes, i, to);
            case TEXT -> text(bytes, i, to);
            case PICTURE -> picture(bytes, i, to);
          };
    }
  }

  /** The text without its pictures, each replaced by its index among {@link #pictures()}. */
  byte[] kept() {
    return kept.toByteArray();
  }

  /** All whole pictures so far. */
  List<CvImage> pictures() {
    return pictures;
  }

  /** Lets go of the picture that was cut. */
  void discard() {
    if (picture != null) {
      picture.discard();
    }
    pictures.forEach(CvImage::release);
    pictures.clear();
  }

  /** Passes over a byte order mark: some servers write one, and a full parser takes it. */
  private int start(byte[] bytes, int i) {
    if (bomBytes < 3 && (bytes[i] & 0xff) == "\u00ef\u00bb\u00bf".charAt(bomBytes)) {
      bomBytes++;
      return i + 1;
    }
    state = State.STRUCTURE;
    return i;
  }

  private int structure(byte[] bytes, int from, int to) throws IOException {
    int i = from;
    while (i < to && state == State.STRUCTURE) {
      switch (bytes[i++]) {
        case '{' -> push((byte) '{');
        case '[' -> push((byte) '[');
        case '}', ']' -> depth = Math.max(0, depth - 1);
        case ',' -> keyNext = depth > 0 && container(depth) == '{';
        case '"' -> {
          if (beginString()) {
            keep(bytes, from, i - 1);
            return i;
          }
        }
        default -> {
          // Part of a number, a literal or white space; the full parser looks at it.
        }
      }
    }
    keep(bytes, from, i);
    return i;
  }

  /** Whether the string that begins is a picture. */
  private boolean beginString() throws IOException {
    escaped = false;
    if (keyNext) {
      keyNext = false;
      keyLength = 0;
      state = State.KEY;
      return false;
    }
    if (!isPicturePlace()) {
      state = State.TEXT;
      return false;
    }
    if (blocks == null) {
      blocks = new Base64Sink.Blocks();
    }
    picture = new Base64Sink(spool.create(), blocks);
    hexDigits = 0;
    state = State.PICTURE;
    return true;
  }

  private boolean isPicturePlace() {
    return underPictures && (depth == 2 || (depth == 3 && container(3) == '['));
  }

  private int key(byte[] bytes, int from, int to) throws IOException {
    int i = from;
    while (i < to && state == State.KEY) {
      byte b = bytes[i++];
      if (b == '"' && !escaped) {
        endKey();
        state = State.STRUCTURE;
      } else {
        escaped = b == '\\' && !escaped;
        if (keyLength < key.length) {
          key[keyLength] = b;
        }
        keyLength++;
      }
    }
    keep(bytes, from, i);
    return i;
  }

  private void endKey() throws IOException {
    if (depth == 1) {
      underData = keyIs(DATA);
      underPictures = false;
    } else if (depth == 2) {
      underPictures = underData && container(1) == '{' && keyIs(PICTURES);
    }
  }

  private boolean keyIs(byte[] name) throws IOException {
    if (keyLength > key.length) {
      return false;
    }
    if (Arrays.equals(key, 0, keyLength, name, 0, name.length)) {
      return true;
    }
    for (int i = 0; i < keyLength; i++) {
      if (key[i] == '\\') {
        return Arrays.equals(unescapedKey(), name);
      }
    }
    return false;
  }

  private byte[] unescapedKey() throws IOException {
    byte[] quoted = new byte[keyLength + 2];
    quoted[0] = '"';
    System.arraycopy(key, 0, quoted, 1, keyLength);
    quoted[keyLength + 1] = '"';
    try (JsonParser parser = JSON.createParser(quoted)) {
      parser.nextToken();
      return parser.getText().getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new MalformedJsonException("a key holds a broken escape", e);
    }
  }

  private int text(byte[] bytes, int from, int to) throws IOException {
    int i = from;
    while (i < to) {
      byte b = bytes[i++];
      if (escaped) {
        escaped = false;
      } else if (b == '\\') {
        escaped = true;
      } else if (b == '"') {
        state = State.STRUCTURE;
        break;
      }
    }
    keep(bytes, from, i);
    return i;
  }

  private int picture(byte[] bytes, int from, int to) throws IOException {
    Base64Sink sink = java.util.Objects.requireNonNull(picture);
    if (escaped) {
      escape(sink, bytes[from]);
      return from + 1;
    }
    int end = sink.append(bytes, from, to);
    if (end == to) {
      return to;
    }
    switch (bytes[end]) {
      case '"' -> {
        CvImage whole = sink.finish();
        picture = null;
        keepIndex(pictures.size());
        pictures.add(whole);
        state = State.STRUCTURE;
      }
      case '\\' -> escaped = true;
      default -> throw new MalformedJsonException("a picture's base64 holds a control character");
    }
    return end + 1;
  }

  /** A legal encoder may escape any character of the base64 text, and many escape the slash. */
  private void escape(Base64Sink sink, byte b) throws IOException {
    if (hexDigits > 0) {
      int digit = Character.digit(b, 16);
      if (digit < 0) {
        throw new MalformedJsonException("a picture's base64 holds a broken escape");
      }
      hexValue = hexValue * 16 + digit;
      if (--hexDigits == 0) {
        escaped = false;
        sink.append((char) hexValue);
      }
      return;
    }
    if (b == 'u') {
      hexDigits = 4;
      hexValue = 0;
      return;
    }
    escaped = false;
    switch (b) {
      case '/' -> sink.append('/');
      case 'n', 'r', 't', 'b', 'f' -> sink.append('\n');
      default ->
          throw new MalformedJsonException("a picture's base64 holds an escape that is not base64");
    }
  }

  private void push(byte container) throws IOException {
    if (depth == MAX_DEPTH) {
      throw new MalformedJsonException("the reply nests deeper than " + MAX_DEPTH);
    }
    if (depth == containers.length) {
      containers = Arrays.copyOf(containers, depth * 2);
    }
    containers[depth++] = container;
    keyNext = container == '{';
  }

  private byte container(int level) {
    return containers[level - 1];
  }

  private void keepIndex(int index) throws IOException {
    byte[] text = ascii("\"" + index + "\"");
    keep(text, 0, text.length);
  }

  private void keep(byte[] bytes, int from, int to) throws IOException {
    if (kept.size() + (to - from) > maxKeptBytes) {
      throw new MalformedJsonException(
          "the reply holds more than " + maxKeptBytes + " bytes beside pictures");
    }
    kept.write(bytes, from, to - from);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
