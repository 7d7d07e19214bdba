package io.volccv.picture;

import io.volccv.model.Content;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The segments of a JPEG before its pixels, found without decoding it.
 *
 * @param header the segments up to the first scan
 * @param scans where that begins
 * @param end behind the end of the picture; what follows is no part of it. 0 when it is cut off
 * @param rowByRow whether it can be decoded a row at a time (it is not progressive)
 */
record JpegSegments(
    Content content,
    List<Segment> header,
    long scans,
    long end,
    int width,
    int height,
    int components,
    boolean rowByRow) {

  static final int APP1 = 0xe1;
  static final int APP11 = 0xeb;
  static final int APP13 = 0xed;

  private static final int SOS = 0xda;
  private static final int EOI = 0xd9;
  private static final int MAX_SEGMENTS = 4096;
  private static final int BLOCK = 64 * 1024;

  /**
   * @param offset of its marker
   * @param length with its marker
   */
  record Segment(int marker, long offset, int length) {}

  /** Empty when the header is broken or cut. */
  static Optional<JpegSegments> of(Content content) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            new BufferedInputStream(Channels.newInputStream(content.open()), BLOCK))) {
      return Optional.of(read(content, in));
    } catch (EOFException e) {
      return Optional.empty();
    }
  }

  private static JpegSegments read(Content content, DataInputStream in) throws IOException {
    List<Segment> header = new ArrayList<>();
    int width = 0;
    int height = 0;
    int components = 0;
    boolean rowByRow = true;
    in.skipNBytes(2);
    long offset = 2;
    while (header.size() < MAX_SEGMENTS) {
      if (in.readUnsignedByte() != 0xff) {
        throw new EOFException("no marker");
      }
      int marker = in.readUnsignedByte();
      while (marker == 0xff) {
        offset++;
        marker = in.readUnsignedByte();
      }
      if (marker == SOS) {
        if (width == 0 || height == 0) {
          throw new EOFException("no size");
        }
        return new JpegSegments(
            content, header, offset, end(in, offset + 2), width, height, components, rowByRow);
      }
      int length = in.readUnsignedShort();
      int read = 2;
      if (isFrame(marker) && width == 0) {
        in.skipNBytes(1);
        height = in.readUnsignedShort();
        width = in.readUnsignedShort();
        components = in.readUnsignedByte();
        rowByRow = marker == 0xc0 || marker == 0xc1;
        read = 8;
      }
      in.skipNBytes(Math.max(0, length - read));
      header.add(new Segment(marker, offset, length + 2));
      offset += length + 2;
    }
    throw new EOFException("too many segments");
  }

  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  /** In pixels 0xff is followed by 0, so the end's marker is the end. */
  private static long end(DataInputStream in, long offset) throws IOException {
    byte[] block = new byte[BLOCK];
    int last = 0;
    for (int n = in.read(block); n >= 0; n = in.read(block)) {
      for (int i = 0; i < n; i++) {
        int b = block[i] & 0xff;
        if (last == 0xff && b == EOI) {
          return offset + i + 1;
        }
        last = b;
      }
      offset += n;
    }
    return 0;
  }

  /** The EXIF block's tags. */
  ExifTags exif() throws IOException {
    for (Segment segment : header) {
      if (segment.marker() == APP1 && text(segment, 10).startsWith("Exif\0\0", 4)) {
        return ExifTags.of(Spliced.part(content, segment.offset() + 10, segment.length() - 10));
      }
    }
    return ExifTags.NONE;
  }

  /** Whether a segment of that kind holds the text. */
  boolean has(int marker, String text) throws IOException {
    for (Segment segment : header) {
      if (segment.marker() == marker && text(segment, segment.length()).contains(text)) {
        return true;
      }
    }
    return false;
  }

  /** The picture without what cameras and editors say of it, and without what follows its end. */
  Content withoutMetadata() {
    List<Spliced.Part> parts = new ArrayList<>();
    parts.add(Spliced.Part.of(0, 2));
    for (Segment segment : header) {
      if (segment.marker() != APP1 && segment.marker() != APP13) {
        parts.add(Spliced.Part.of(segment.offset(), segment.length()));
      }
    }
    parts.add(Spliced.Part.of(scans, (end == 0 ? content.length() : end) - scans));
    return new Spliced(content, parts);
  }

  /** Of one segment, at most 64 KB. */
  private String text(Segment segment, int length) throws IOException {
    Content bytes = Spliced.part(content, segment.offset(), Math.min(length, segment.length()));
    try (java.io.InputStream in = Channels.newInputStream(bytes.open())) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
