package io.volccv.picture;

import io.volccv.model.Content;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;

/**
 * The two tags that matter before an upload, of an EXIF block or a TIFF file. Read here and not by
 * a library: those read all tags, and each of them may claim to be as long as the file.
 *
 * @param orientation 1 to 8, how the picture has to be turned to be upright; 1 when nobody says
 * @param location whether it tells where it was taken
 * @param pages whether a TIFF holds more than this picture; a preview does not count
 */
record ExifTags(int orientation, boolean location, boolean pages) {

  static final ExifTags NONE = new ExifTags(1, false, false);

  private static final int ORIENTATION = 0x0112;
  private static final int GPS = 0x8825;
  private static final int SUBFILE_TYPE = 0x00fe;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  /**
   * Reads the first directory; a block that is broken tells nothing.
   *
   * @param tiff beginning with its byte order, {@code II} or {@code MM}
   */
  static ExifTags of(Content tiff) throws IOException {
    try (SeekableByteChannel channel = Spliced.seekable(tiff)) {
      ByteBuffer head = read(channel, 0, 8);
      ByteOrder order = head.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
      head.order(order);
      long offset = Integer.toUnsignedLong(head.getInt(4));
      ByteBuffer entries = directory(channel, offset, order);
      int orientation = entry(entries, ORIENTATION);
      long next = Integer.toUnsignedLong(entries.getInt(entries.limit() - 4));
      return new ExifTags(
          orientation >= 1 && orientation <= 8 ? orientation : 1,
          entry(entries, GPS) >= 0,
          next != 0 && isPage(channel, next, order));
    } catch (EOFException e) {
      return NONE;
    }
  }

  private static boolean isPage(SeekableByteChannel channel, long offset, ByteOrder order)
      throws IOException {
    return (Math.max(0, entry(directory(channel, offset, order), SUBFILE_TYPE)) & 1) == 0;
  }

  /** The entries of a directory, and the offset of the next one behind them. */
  private static ByteBuffer directory(SeekableByteChannel channel, long offset, ByteOrder order)
      throws IOException {
    int count = read(channel, offset, 2).order(order).getShort(0) & 0xffff;
    return read(channel, offset + 2, count * ENTRY_BYTES + 4).order(order);
  }

  /** The value of a tag, -1 without it. */
  private static int entry(ByteBuffer entries, int tag) {
    for (int at = 0; at + ENTRY_BYTES <= entries.limit(); at += ENTRY_BYTES) {
      if ((entries.getShort(at) & 0xffff) == tag) {
        return entries.getShort(at + 2) == SHORT
            ? entries.getShort(at + 8) & 0xffff
            : Math.max(0, entries.getInt(at + 8));
      }
    }
    return -1;
  }

  private static ByteBuffer read(SeekableByteChannel channel, long offset, int length)
      throws IOException {
    if (offset + length > channel.size()) {
      throw new EOFException("a directory behind the end");
    }
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
