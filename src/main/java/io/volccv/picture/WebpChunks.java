package io.volccv.picture;

import io.volccv.model.Content;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;

/**
 * What the chunks of a WebP say, read without decoding it.
 *
 * @param width the largest of those that are named: a decoder may believe any of them
 * @param height the largest of those that are named
 * @param animated whether it holds more than one picture
 * @param whole whether the file is as long as it says
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9649">WebP</a>
 */
record WebpChunks(int width, int height, boolean animated, boolean whole, ExifTags exif) {

  private static final int MAX_CHUNKS = 1000;
  private static final int LARGEST_HEAD = 10;

  /** Empty when the header is broken or cut. */
  static Optional<WebpChunks> of(Content content) throws IOException {
    try (SeekableByteChannel channel = Spliced.seekable(content)) {
      long size = channel.size();
      boolean whole = size >= 8 + Integer.toUnsignedLong(head(channel, 4, 4).getInt(0));
      WebpChunks found = new WebpChunks(0, 0, false, whole, ExifTags.NONE);
      long offset = 12;
      for (int i = 0; i < MAX_CHUNKS && offset + 8 <= size; i++) {
        ByteBuffer head = head(channel, offset, 8);
        long length = Integer.toUnsignedLong(head.getInt(4));
        String type = new String(head.array(), 0, 4, java.nio.charset.StandardCharsets.ISO_8859_1);
        found = found.with(type, content, channel, offset + 8, length);
        offset += 8 + length + (length & 1);
      }
      return found.width > 0 && found.height > 0 ? Optional.of(found) : Optional.empty();
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private WebpChunks with(
      String type, Content content, SeekableByteChannel channel, long offset, long length)
      throws IOException {
    switch (type) {
      case "VP8X" -> {
        ByteBuffer data = head(channel, offset, LARGEST_HEAD);
        boolean several = (data.get(0) & 2) != 0;
        return sized(
            (data.getInt(4) & 0xffffff) + 1, (data.getInt(6) >>> 8) + 1, animated || several);
      }
      case "VP8 " -> {
        ByteBuffer data = head(channel, offset, LARGEST_HEAD);
        return sized(data.getShort(6) & 0x3fff, data.getShort(8) & 0x3fff, animated);
      }
      case "VP8L" -> {
        int bits = head(channel, offset + 1, 4).getInt(0);
        return sized((bits & 0x3fff) + 1, (bits >>> 14 & 0x3fff) + 1, animated);
      }
      case "ANMF" -> {
        return new WebpChunks(width, height, true, whole, exif);
      }
      case "EXIF" -> {
        if (offset + length > channel.size()) {
          return this;
        }
        // some writers put in front what a JPEG has there
        boolean prefixed = length > 6 && head(channel, offset, 4).get(0) == 'E';
        int prefix = prefixed ? 6 : 0;
        Content block = Spliced.part(content, offset + prefix, length - prefix);
        return new WebpChunks(width, height, animated, whole, ExifTags.of(block));
      }
      default -> {
        return this;
      }
    }
  }

  private WebpChunks sized(int otherWidth, int otherHeight, boolean several) {
    return new WebpChunks(
        Math.max(width, otherWidth), Math.max(height, otherHeight), several, whole, exif);
  }

  private static ByteBuffer head(SeekableByteChannel channel, long offset, int length)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(offset);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new EOFException("cut");
      }
    }
    return bytes.flip();
  }
}
