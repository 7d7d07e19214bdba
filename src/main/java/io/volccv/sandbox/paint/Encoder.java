package io.volccv.sandbox.paint;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels to files. */
final class Encoder {
  private static final float JPEG_QUALITY = 0.9f;
  private static final float PNG_FAST = 0.7f;

  private Encoder() {}

  static byte[] encode(Raster picture, Order.Format format) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + picture.pixels.length / 2);
    ImageWriter writer =
        ImageIO.getImageWritersByFormatName(format.name().toLowerCase(Locale.ROOT)).next();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(format == Order.Format.JPEG ? JPEG_QUALITY : PNG_FAST);
      writer.write(null, new IIOImage(picture.image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
