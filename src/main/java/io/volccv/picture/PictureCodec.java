package io.volccv.picture;

import io.volccv.model.Content;
import io.volccv.model.MediaFormat;
import io.volccv.model.PictureLimits;
import io.volccv.model.Spool;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/** Bitmaps from files and into files. */
final class PictureCodec {

  private PictureCodec() {}

  /**
   * Decodes a picture.
   *
   * @param thinning takes every so manyth pixel of every so manyth row, without keeping the others
   * @throws IOException when it is broken; also where a decoder would fill in grey
   */
  static BufferedImage decode(PictureFacts facts, int thinning) throws IOException {
    ImageReader reader = reader(facts.format());
    try (ContentImageInput input = new ContentImageInput(facts.bare())) {
      reader.setInput(input, true, true);
      String[] warning = new String[1];
      reader.addIIOReadWarningListener(warnings(warning));
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(thinning, thinning, 0, 0);
      BufferedImage image = reader.read(0, param);
      if (warning[0] != null) {
        throw new IOException(warning[0]);
      }
      return image;
    } finally {
      reader.dispose();
    }
  }

  private static IIOReadWarningListener warnings(String[] broken) {
    return (source, warning) -> {
      String lower = warning.toLowerCase(java.util.Locale.ROOT);
      if (lower.contains("premature") || lower.contains("corrupt") || lower.contains("truncated")) {
        broken[0] = warning;
      }
    };
  }

  private static ImageReader reader(MediaFormat format) throws IOException {
    Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format.extension());
    if (!readers.hasNext()) {
      throw new IOException("there is no decoder for " + format.mediaType());
    }
    return readers.next();
  }

  /** How a picture of that kind is kept in memory. */
  static int bitmapType(BufferedImage image) {
    return image.getColorModel().hasAlpha()
        ? BufferedImage.TYPE_4BYTE_ABGR
        : BufferedImage.TYPE_3BYTE_BGR;
  }

  static BufferedImage copy(BufferedImage image, int type) {
    BufferedImage copy = new BufferedImage(image.getWidth(), image.getHeight(), type);
    Graphics2D graphics = copy.createGraphics();
    graphics.drawImage(image, 0, 0, null);
    graphics.dispose();
    return copy;
  }

  /** Null when it has more bytes than are allowed. */
  static @Nullable Content png(BufferedImage image, PictureLimits limits, Spool spool)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    return write(writer, writer.getDefaultWriteParam(), image, limits, spool);
  }

  /** Null when it has more bytes than are allowed. */
  static @Nullable Content jpeg(
      BufferedImage image, double quality, PictureLimits limits, Spool spool) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    param.setCompressionQuality((float) quality);
    return write(writer, param, image, limits, spool);
  }

  private static @Nullable Content write(
      ImageWriter writer,
      ImageWriteParam param,
      BufferedImage image,
      PictureLimits limits,
      Spool spool)
      throws IOException {
    Spool.Writer file = spool.create();
    SpoolOutput out = new SpoolOutput(file, limits);
    try {
      try (MemoryCacheImageOutputStream stream = new MemoryCacheImageOutputStream(out)) {
        writer.setOutput(stream);
        writer.write(null, new IIOImage(image, null, null), param);
      }
      return out.isTooLarge() ? null : file.finish();
    } finally {
      writer.dispose();
      file.discard();
    }
  }

  /** Takes what is allowed, and drops the rest. */
  private static final class SpoolOutput extends OutputStream {
    private final Spool.Writer file;
    private final PictureLimits limits;
    private long length;

    SpoolOutput(Spool.Writer file, PictureLimits limits) {
      this.file = file;
      this.limits = limits;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      length += count;
      if (!isTooLarge()) {
        file.write(ByteBuffer.wrap(bytes, offset, count));
      }
    }

    boolean isTooLarge() {
      return !limits.allowsBytes(length);
    }
  }
}
