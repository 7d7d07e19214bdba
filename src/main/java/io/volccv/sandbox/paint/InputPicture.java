package io.volccv.sandbox.paint;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStreamImpl;

/** Decodes JPEG and PNG with memory that is bounded by what will be drawn, not by what came. */
final class InputPicture {
  private static final int USUAL_LONG_SIDE = 1328;
  private static final long MOST_PIXELS = 200_000_000;

  private InputPicture() {}

  static Raster decode(byte[] bytes, int width, int height) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format(bytes)).next();
    try {
      reader.setInput(new Bytes(bytes), true, true);
      int ownWidth = reader.getWidth(0);
      int ownHeight = reader.getHeight(0);
      if ((long) ownWidth * ownHeight > MOST_PIXELS) {
        throw new IOException("a picture of " + ownWidth + " x " + ownHeight + " is too large");
      }
      Raster raster = sized(ownWidth, ownHeight, width, height);
      int step = Math.max(1, Math.min(ownWidth / raster.width(), ownHeight / raster.height()) / 2);
      ImageReadParam param = reader.getDefaultReadParam();
      param.setSourceSubsampling(step, step, 0, 0);
      draw(reader.read(0, param), raster);
      return raster;
    } catch (IOException e) {
      throw e;
    } catch (RuntimeException e) {
      // The decoders answer some broken files with whatever exception they run into.
      throw new IOException("not a picture that can be decoded: " + e, e);
    } finally {
      reader.dispose();
    }
  }

  /** A picture in its own size, however large. */
  static Raster decodeWhole(byte[] bytes) throws IOException {
    BufferedImage picture = ImageIO.read(new Bytes(bytes));
    if (picture == null) {
      throw new IOException("not a picture that can be decoded");
    }
    Raster raster = new Raster(picture.getWidth(), picture.getHeight());
    draw(picture, raster);
    return raster;
  }

  private static String format(byte[] bytes) throws IOException {
    if (bytes.length > 8 && (bytes[0] & 0xff) == 0x89 && bytes[1] == 'P' && bytes[2] == 'N') {
      return "png";
    }
    if (bytes.length > 8 && (bytes[0] & 0xff) == 0xff && (bytes[1] & 0xff) == 0xd8) {
      return "jpeg";
    }
    throw new IOException("neither JPEG nor PNG");
  }

  private static Raster sized(int ownWidth, int ownHeight, int width, int height) {
    if (width > 0 && height > 0) {
      return new Raster(width, height);
    }
    double scale = Math.min(1, (double) USUAL_LONG_SIDE / Math.max(ownWidth, ownHeight));
    if (width > 0 || height > 0) {
      scale = width > 0 ? (double) width / ownWidth : (double) height / ownHeight;
      scale = Math.min(scale, 4096.0 / Math.max(ownWidth, ownHeight));
    }
    return new Raster(
        (int) Math.max(1, Math.round(ownWidth * scale)),
        (int) Math.max(1, Math.round(ownHeight * scale)));
  }

  /** Fills the raster with the middle of the picture. */
  private static void draw(BufferedImage picture, Raster raster) {
    Graphics2D graphics = raster.image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, raster.width(), raster.height());
    double scale =
        Math.max(
            (double) raster.width() / picture.getWidth(),
            (double) raster.height() / picture.getHeight());
    int drawnWidth = (int) Math.ceil(picture.getWidth() * scale);
    int drawnHeight = (int) Math.ceil(picture.getHeight() * scale);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(
        picture,
        (raster.width() - drawnWidth) / 2,
        (raster.height() - drawnHeight) / 2,
        drawnWidth,
        drawnHeight,
        null);
    graphics.dispose();
  }

  /** Bytes as ImageIO wants them, without the copy that its own streams make. */
  private static final class Bytes extends ImageInputStreamImpl {
    private final byte[] bytes;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      bitOffset = 0;
      return streamPos < bytes.length ? bytes[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      bitOffset = 0;
      int count = (int) Math.min(length, bytes.length - streamPos);
      if (count <= 0) {
        return length == 0 ? 0 : -1;
      }
      System.arraycopy(bytes, (int) streamPos, into, offset, count);
      streamPos += count;
      return count;
    }

    @Override
    public long length() {
      return bytes.length;
    }
  }
}
