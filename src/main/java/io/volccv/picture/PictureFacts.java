package io.volccv.picture;

import io.volccv.model.Content;
import io.volccv.model.MediaFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Iterator;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;

/**
 * What has to be known of a picture before it is decoded, read from its headers.
 *
 * @param exif how it has to be turned, and whether it tells where it was taken
 * @param several whether the file holds more than one picture
 * @param whole whether its end is there, as far as that can be seen
 * @param rowByRow whether it can be decoded a row at a time
 * @param cmyk whether its colours are those of a printer
 * @param bare the same picture without what cameras and editors say of it; without a place to leave
 *     out it is the picture itself
 */
record PictureFacts(
    MediaFormat format,
    int width,
    int height,
    ExifTags exif,
    boolean several,
    boolean whole,
    boolean rowByRow,
    boolean cmyk,
    Content bare) {

  private static final String PLACE = "GPSLatitude";

  /** Empty when it is no picture that can be prepared, or its header is broken or cut. */
  static Optional<PictureFacts> of(Content picture) throws IOException {
    MediaFormat format = format(picture);
    return switch (format) {
      case JPEG -> {
        Optional<JpegSegments> jpeg = JpegSegments.of(picture);
        yield jpeg.isEmpty() ? Optional.empty() : Optional.of(of(jpeg.get()));
      }
      case PNG -> {
        Optional<PngChunks> png = PngChunks.of(picture);
        yield png.isEmpty() ? Optional.empty() : Optional.of(of(png.get()));
      }
      case WEBP ->
          WebpChunks.of(picture)
              .map(
                  webp ->
                      new PictureFacts(
                          format,
                          webp.width(),
                          webp.height(),
                          webp.exif(),
                          webp.animated(),
                          webp.whole(),
                          false,
                          false,
                          picture));
      case GIF, BMP, TIFF -> ofReader(picture, format);
      default -> Optional.empty();
    };
  }

  private static MediaFormat format(Content picture) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(MediaFormat.PROBE_BYTES);
    try (ReadableByteChannel channel = picture.open()) {
      int count = 0;
      while (head.hasRemaining() && count >= 0) {
        count = channel.read(head);
      }
    }
    return MediaFormat.of(head.array(), head.position());
  }

  private static PictureFacts of(JpegSegments jpeg) throws IOException {
    ExifTags exif = jpeg.exif();
    boolean place = exif.location() || jpeg.has(JpegSegments.APP1, PLACE);
    return new PictureFacts(
        MediaFormat.JPEG,
        jpeg.width(),
        jpeg.height(),
        exif,
        false,
        jpeg.end() > 0,
        jpeg.rowByRow(),
        jpeg.components() == 4,
        place ? jpeg.withoutMetadata() : jpeg.content());
  }

  private static PictureFacts of(PngChunks png) throws IOException {
    ExifTags exif = png.exif();
    boolean place =
        exif.location()
            || png.texts().stream()
                .anyMatch(
                    text ->
                        text.text().contains(PLACE)
                            || text.keyword().startsWith("Raw profile type"));
    return new PictureFacts(
        MediaFormat.PNG,
        png.width(),
        png.height(),
        exif,
        png.has("acTL"),
        png.end() > 0,
        png.rowByRow(),
        false,
        place ? png.withoutMetadata() : png.content());
  }

  private static Optional<PictureFacts> ofReader(Content picture, MediaFormat format)
      throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.extension());
    if (!readers.hasNext()) {
      return Optional.empty();
    }
    ImageReader reader = readers.next();
    try (ContentImageInput input = new ContentImageInput(picture)) {
      reader.setInput(input, false, true);
      ExifTags exif = format == MediaFormat.TIFF ? ExifTags.of(picture) : ExifTags.NONE;
      boolean several = exif.pages() || (format == MediaFormat.GIF && hasSecond(reader));
      return Optional.of(
          new PictureFacts(
              format,
              reader.getWidth(0),
              reader.getHeight(0),
              exif,
              several,
              true,
              false,
              false,
              picture));
    } catch (IOException | RuntimeException e) {
      throw new IOException("its header cannot be read: " + e.getMessage(), e);
    } finally {
      reader.dispose();
    }
  }

  /** Looks for it instead of counting them all, of which a reader keeps a list. */
  private static boolean hasSecond(ImageReader reader) throws IOException {
    try {
      return reader.getWidth(1) > 0;
    } catch (IndexOutOfBoundsException e) {
      return false;
    }
  }

  boolean isTurned() {
    return exif.orientation() != 1;
  }

  long pixels() {
    return (long) width * height;
  }
}
