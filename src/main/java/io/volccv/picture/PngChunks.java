package io.volccv.picture;

import io.volccv.model.Content;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The chunks of a PNG, found without decoding it.
 *
 * @param chunks all but those of pixels
 * @param end behind its last chunk; 0 when it is cut off
 * @param rowByRow whether it can be decoded a row at a time (it is not interlaced)
 * @see <a href="https://www.w3.org/TR/png-3/">PNG, third edition</a>
 */
record PngChunks(
    Content content, List<Chunk> chunks, long end, int width, int height, boolean rowByRow) {

  /** Where the first chunk, IHDR, ends. */
  static final int HEADER_BYTES = 33;

  private static final Set<String> TEXTS = Set.of("tEXt", "iTXt", "zTXt");

  /** What draws the picture; all else only tells of it. */
  private static final Set<String> DRAWING =
      Set.of(
          "IHDR", "PLTE", "tRNS", "IDAT", "IEND", "gAMA", "cHRM", "sRGB", "cICP", "sBIT", "bKGD");

  private static final int MAX_CHUNKS = 100_000;
  private static final int MAX_KEPT = 4096;

  /** Of a text no more is looked at, packed or not. */
  private static final int MAX_TEXT = 256 * 1024;

  private static final int MAX_KEYWORD = 80;

  /**
   * @param offset of its length field
   * @param length of its data
   */
  record Chunk(String type, long offset, long length) {

    /** With length, type and checksum. */
    long whole() {
      return length + 12;
    }
  }

  /** A text chunk; {@code text} is cut when it is very long. */
  record Text(String keyword, String text) {}

  /** Empty when the header is broken or cut. */
  static Optional<PngChunks> of(Content content) throws IOException {
    try (SeekableByteChannel channel = Spliced.seekable(content)) {
      ByteBuffer header = read(channel, 0, HEADER_BYTES);
      int width = header.getInt(16);
      int height = header.getInt(20);
      if (width <= 0 || height <= 0 || header.getInt(12) != 0x49484452) {
        return Optional.empty();
      }
      List<Chunk> kept = new ArrayList<>();
      long end = walk(channel, kept);
      return Optional.of(new PngChunks(content, kept, end, width, height, header.get(28) == 0));
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private static long walk(SeekableByteChannel channel, List<Chunk> kept) throws IOException {
    long offset = 8;
    for (int i = 0; i < MAX_CHUNKS && kept.size() < MAX_KEPT; i++) {
      if (offset + 12 > channel.size()) {
        return 0;
      }
      ByteBuffer head = read(channel, offset, 8);
      Chunk chunk =
          new Chunk(
              new String(head.array(), 4, 4, StandardCharsets.ISO_8859_1),
              offset,
              Integer.toUnsignedLong(head.getInt(0)));
      offset += chunk.whole();
      if (offset > channel.size()) {
        return 0;
      }
      if (!chunk.type().equals("IDAT")) {
        kept.add(chunk);
      }
      if (chunk.type().equals("IEND")) {
        return offset;
      }
    }
    throw new EOFException("too many chunks");
  }

  /** Whether there is a chunk of that type. */
  boolean has(String type) {
    return chunks.stream().anyMatch(chunk -> chunk.type().equals(type));
  }

  /** The EXIF block's tags. */
  ExifTags exif() throws IOException {
    for (Chunk chunk : chunks) {
      if (chunk.type().equals("eXIf") && chunk.length() > 8) {
        return ExifTags.of(Spliced.part(content, chunk.offset() + 8, chunk.length()));
      }
    }
    return ExifTags.NONE;
  }

  /** The texts, in their order. */
  List<Text> texts() throws IOException {
    List<Text> texts = new ArrayList<>();
    for (Chunk chunk : chunks) {
      if (TEXTS.contains(chunk.type())) {
        texts.add(text(chunk));
      }
    }
    return texts;
  }

  /** The first text with that keyword. */
  Optional<String> text(String keyword) throws IOException {
    return texts().stream()
        .filter(text -> text.keyword().equals(keyword))
        .map(Text::text)
        .findFirst();
  }

  /** Whether a chunk of that type holds the word, as far as is looked at. */
  boolean holds(String type, String word) throws IOException {
    for (Chunk chunk : chunks) {
      if (chunk.type().equals(type)
          && new String(data(chunk), StandardCharsets.ISO_8859_1).contains(word)) {
        return true;
      }
    }
    return false;
  }

  private byte[] data(Chunk chunk) throws IOException {
    long length = Math.min(chunk.length(), MAX_TEXT);
    try (InputStream in =
        Channels.newInputStream(Spliced.part(content, chunk.offset() + 8, length).open())) {
      return in.readAllBytes();
    }
  }

  private Text text(Chunk chunk) throws IOException {
    byte[] data = data(chunk);
    int keyword = indexOfZero(data, 0);
    String name = new String(data, 0, Math.min(keyword, MAX_KEYWORD), StandardCharsets.ISO_8859_1);
    int at = keyword + 1;
    boolean packed = chunk.type().equals("zTXt");
    if (packed) {
      at++;
    } else if (chunk.type().equals("iTXt")) {
      packed = at < data.length && data[at] != 0;
      at = indexOfZero(data, indexOfZero(data, at + 2) + 1) + 1; // language, translated keyword
    }
    at = Math.min(at, data.length);
    byte[] text = packed ? unpacked(data, at) : java.util.Arrays.copyOfRange(data, at, data.length);
    return new Text(name, new String(text, StandardCharsets.UTF_8));
  }

  private static byte[] unpacked(byte[] data, int from) throws IOException {
    try (InputStream in =
        new InflaterInputStream(new ByteArrayInputStream(data, from, data.length - from))) {
      return in.readNBytes(MAX_TEXT);
    } catch (ZipException | EOFException e) {
      return new byte[0]; // broken, or cut above: no decoder reads it either
    }
  }

  private static int indexOfZero(byte[] data, int from) {
    int at = Math.min(from, data.length);
    while (at < data.length && data[at] != 0) {
      at++;
    }
    return at;
  }

  /** The picture alone, without texts and what cameras and editors say of it. */
  Content withoutMetadata() {
    List<Spliced.Part> parts = new ArrayList<>();
    long from = 0;
    for (Chunk chunk : chunks) {
      if (!DRAWING.contains(chunk.type())) {
        parts.add(Spliced.Part.of(from, chunk.offset() - from));
        from = chunk.offset() + chunk.whole();
      }
    }
    parts.add(Spliced.Part.of(from, (end == 0 ? content.length() : end) - from));
    parts.removeIf(part -> part.length() == 0);
    return new Spliced(content, parts);
  }

  private static ByteBuffer read(SeekableByteChannel channel, long offset, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    channel.position(offset);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("cut");
      }
    }
    return bytes.flip();
  }
}
