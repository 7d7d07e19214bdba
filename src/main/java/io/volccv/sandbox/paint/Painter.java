package io.volccv.sandbox.paint;

import java.io.IOException;

/** Draws pictures; the same order gives the same bytes. */
public final class Painter {
  private static final int USUAL_SIDE = 1024;

  private Painter() {}

  /**
   * A JPEG or PNG file as pixels.
   *
   * @param width to cut and scale it to, 0 for as it is, at most 1328 on the long side
   * @param height the same
   * @throws IOException when the bytes are not a picture
   */
  public static Raster decode(byte[] file, int width, int height) throws IOException {
    return InputPicture.decode(file, width, height);
  }

  /** A picture that stands for one that can't be had, always the same for the same name. */
  public static Raster standIn(String name, int width, int height) {
    int w = width > 0 ? width : height > 0 ? height : 768;
    int h = height > 0 ? height : width > 0 ? width : 512;
    return Scenery.draw(Palette.choose(name.hashCode()), name.hashCode(), w, h);
  }

  /** The picture, as a file. */
  public static byte[] paint(Order order) throws IOException {
    String prompt = order.prompt() == null ? "" : order.prompt();
    Raster picture =
        order.input() == null
            ? scenery(order, prompt)
            : restyled(order.input(), prompt, order.seed());
    Lettering.write(picture, order);
    return Encoder.encode(picture, order.format());
  }

  /** A picture that {@link #paint} made, with the label on it. */
  public static byte[] mark(byte[] file, Order.Format format, Order.Mark mark) throws IOException {
    Raster picture = InputPicture.decodeWhole(file);
    Lettering.label(picture, mark);
    return Encoder.encode(picture, format);
  }

  /** The edges of the input, white on black, as a file. */
  public static byte[] edgeMap(Raster input, Order.Format format) throws IOException {
    byte[] edges = Style.POSTER.sketch(input).edges();
    Raster picture = new Raster(input.width(), input.height());
    for (int i = 0; i < edges.length; i++) {
      picture.pixels[i] = (edges[i] & 0xff) * 0x10101;
    }
    return Encoder.encode(picture, format);
  }

  private static Raster scenery(Order order, String prompt) {
    int width =
        order.width() > 0 ? order.width() : order.height() > 0 ? order.height() : USUAL_SIDE;
    int height = order.height() > 0 ? order.height() : width;
    long seed = order.seed() * 0x9e3779b97f4a7c15L + prompt.hashCode();
    return Scenery.draw(
        Palette.choose(prompt.hashCode() + (int) (order.seed() % 3)), seed, width, height);
  }

  private static Raster restyled(Raster input, String prompt, long seed) {
    Style style = Style.of(prompt);
    Sketch sketch = style.sketch(input);
    Palette palette = Palette.choose(prompt.hashCode() * 31 + (int) (seed % 4));
    Style.Brush brush = style.brush(sketch, palette, seed);
    Raster picture = new Raster(sketch.width, sketch.height);
    for (int y = 0; y < sketch.height; y++) {
      for (int x = 0; x < sketch.width; x++) {
        picture.pixels[y * sketch.width + x] = brush.at(x, y);
      }
    }
    return picture;
  }
}
