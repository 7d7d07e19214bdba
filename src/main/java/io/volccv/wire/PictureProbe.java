package io.volccv.wire;

import io.volccv.model.Content;
import io.volccv.model.MediaFormat;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Optional;

/**
 * What the header of a picture says, read without decoding it: a header is enough to refuse a file
 * before it is paid for, and a bomb of pixels is never unpacked.
 *
 * @param format by the first bytes
 * @param width in pixels, 0 when the format is not JPEG or PNG
 * @param height in pixels, 0 when the format is not JPEG or PNG
 */
public record PictureProbe(MediaFormat format, int width, int height) {

  private static final int PNG_HEADER_BYTES = 16;

  /**
   * Reads the header of {@code picture}.
   *
   * @return empty when a JPEG or PNG begins but its header is broken or cut
   * @throws IOException when the picture cannot be read
   */
  public static Optional<PictureProbe> of(Content picture) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Channels.newInputStream(picture.open()), 1024))) {
      in.mark(64);
      byte[] head = in.readNBytes(MediaFormat.PROBE_BYTES);
      in.reset();
      MediaFormat format = MediaFormat.of(head, head.length);
      return switch (format) {
        case PNG -> Optional.of(png(in));
        case JPEG -> Optional.of(jpeg(in));
        default -> Optional.of(new PictureProbe(format, 0, 0));
      };
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  /** Width and height are the first fields of IHDR, which is the first chunk. */
  private static PictureProbe png(DataInputStream in) throws IOException {
    in.skipNBytes(PNG_HEADER_BYTES);
    return sized(MediaFormat.PNG, in.readInt(), in.readInt());
  }

  /** Walks over the segments to the frame header (SOF0..SOF15 but DHT, JPG and DAC). */
  private static PictureProbe jpeg(DataInputStream in) throws IOException {
    in.skipNBytes(2);
    while (true) {
      int marker = in.readUnsignedByte();
      if (marker != 0xff) {
        throw new EOFException("no marker");
      }
      while (marker == 0xff) {
        marker = in.readUnsignedByte();
      }
      int length = in.readUnsignedShort();
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
        in.skipNBytes(1);
        int height = in.readUnsignedShort();
        return sized(MediaFormat.JPEG, in.readUnsignedShort(), height);
      }
      in.skipNBytes(Math.max(0, length - 2));
    }
  }

  private static PictureProbe sized(MediaFormat format, int width, int height) throws EOFException {
    if (width <= 0 || height <= 0) {
      throw new EOFException("no size");
    }
    return new PictureProbe(format, width, height);
  }

  /** Width times height. */
  public long pixels() {
    return (long) width * height;
  }

  /** The long side divided by the short side. */
  public double ratio() {
    return (double) Math.max(width, height) / Math.min(width, height);
  }
}
