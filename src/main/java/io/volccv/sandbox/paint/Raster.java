package io.volccv.sandbox.paint;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;

/** Pixels as {@code 0xRRGGBB}, row by row. */
public final class Raster {
  final BufferedImage image;
  final int[] pixels;

  Raster(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
  }

  public int width() {
    return image.getWidth();
  }

  public int height() {
    return image.getHeight();
  }
}
