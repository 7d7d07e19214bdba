package io.volccv.sandbox.paint;

/** What all styles draw from: calmed colours, stretched brightness, and the edges of the input. */
final class Sketch {
  private static final double DARK = 0.3;

  final int width;
  final int height;
  private final int[] colours;

  /** Brightness from 0 to 255, the darkest and lightest hundredth of the picture cut off. */
  private final byte[] tones;

  /** How much of an edge there is, from 0 to 255. */
  private final byte[] edges;

  Sketch(Raster input, int radius) {
    width = input.width();
    height = input.height();
    colours = Kuwahara.smooth(input, radius);
    byte[] luminance = new byte[colours.length];
    for (int i = 0; i < colours.length; i++) {
      luminance[i] = (byte) Rgb.luminance(colours[i]);
    }
    edges = Edges.of(luminance, width, height);
    tones = stretched(luminance);
  }

  int colour(int x, int y) {
    return colours[index(x, y)];
  }

  float tone(int x, int y) {
    return (tones[index(x, y)] & 0xff) / 255f;
  }

  float edge(int x, int y) {
    return (edges[index(x, y)] & 0xff) / 255f;
  }

  byte[] edges() {
    return edges;
  }

  /** The size by which strokes and grains are scaled: 1 for a picture of 512 pixels. */
  float unit() {
    return Math.min(width, height) / 512f;
  }

  private int index(int x, int y) {
    return Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x));
  }

  private static byte[] stretched(byte[] luminance) {
    int[] histogram = new int[256];
    for (byte value : luminance) {
      histogram[value & 0xff]++;
    }
    int cut = luminance.length / 100;
    int low = 0;
    for (int seen = histogram[0]; seen <= cut && low < 255; seen += histogram[low]) {
      low++;
    }
    int high = 255;
    for (int seen = histogram[255]; seen <= cut && high > 0; seen += histogram[high]) {
      high--;
    }
    float range = Math.max(32, high - low);
    int middle = 0;
    for (int seen = histogram[0]; seen <= luminance.length / 2 && middle < 255; ) {
      seen += histogram[++middle];
    }
    double lift = lift((middle - low) / range);
    byte[] steps = new byte[256];
    for (int i = 0; i < 256; i++) {
      double tone = Math.max(0, Math.min(1, (i - low) / range));
      steps[i] = (byte) Math.round(255 * Math.pow(tone, lift));
    }
    byte[] tones = new byte[luminance.length];
    for (int i = 0; i < tones.length; i++) {
      tones[i] = steps[luminance[i] & 0xff];
    }
    return tones;
  }

  /** The power that brings a dark picture's middle up, so that a night sky is not all hatching. */
  private static double lift(float middle) {
    return middle >= DARK ? 1 : Math.max(0.4, Math.log(DARK) / Math.log(Math.max(0.01, middle)));
  }
}
