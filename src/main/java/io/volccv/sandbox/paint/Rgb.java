package io.volccv.sandbox.paint;

/** Arithmetic on {@code 0xRRGGBB}. */
final class Rgb {
  private Rgb() {}

  static int of(float red, float green, float blue) {
    return clamp(red) << 16 | clamp(green) << 8 | clamp(blue);
  }

  static int red(int rgb) {
    return rgb >> 16 & 0xff;
  }

  static int green(int rgb) {
    return rgb >> 8 & 0xff;
  }

  static int blue(int rgb) {
    return rgb & 0xff;
  }

  /** From 0 to 255, as the eye weighs the colours. */
  static int luminance(int rgb) {
    return (red(rgb) * 77 + green(rgb) * 150 + blue(rgb) * 29) >> 8;
  }

  /** From {@code a} (0) to {@code b} (1). */
  static int mix(int a, int b, float share) {
    float rest = 1 - share;
    return of(
        red(a) * rest + red(b) * share,
        green(a) * rest + green(b) * share,
        blue(a) * rest + blue(b) * share);
  }

  /** How much colour there is, from 0 for grey to 1. */
  static float chroma(int rgb) {
    int most = Math.max(red(rgb), Math.max(green(rgb), blue(rgb)));
    int least = Math.min(red(rgb), Math.min(green(rgb), blue(rgb)));
    return Math.min(1, (most - least) / 70f);
  }

  static int scale(int rgb, float factor) {
    return of(red(rgb) * factor, green(rgb) * factor, blue(rgb) * factor);
  }

  /** Light on light, as two projectors on one wall. */
  static int screen(int a, int b, float share) {
    return of(
        screen(red(a), red(b) * share),
        screen(green(a), green(b) * share),
        screen(blue(a), blue(b) * share));
  }

  private static float screen(float a, float b) {
    return 255 - (255 - a) * (255 - Math.min(255, b)) / 255;
  }

  private static int clamp(float value) {
    return value <= 0 ? 0 : value >= 255 ? 255 : (int) (value + 0.5f);
  }

  /** A turn of the colour circle that keeps brightness, with more or less colour. */
  static final class Turn {
    private final float[] m = new float[9];

    Turn(double degrees, double saturation) {
      double c = Math.cos(Math.toRadians(degrees));
      double s = Math.sin(Math.toRadians(degrees));
      double[] turn = {
        .299 + .701 * c + .168 * s,
        .587 - .587 * c + .330 * s,
        .114 - .114 * c - .497 * s,
        .299 - .299 * c - .328 * s,
        .587 + .413 * c + .035 * s,
        .114 - .114 * c + .292 * s,
        .299 - .300 * c + 1.250 * s,
        .587 - .588 * c - 1.050 * s,
        .114 + .886 * c - .203 * s
      };
      double[] grey = {.299, .587, .114};
      for (int i = 0; i < 9; i++) {
        m[i] = (float) (grey[i % 3] * (1 - saturation) + turn[i] * saturation);
      }
    }

    int apply(int rgb) {
      float r = red(rgb);
      float g = green(rgb);
      float b = blue(rgb);
      return of(
          m[0] * r + m[1] * g + m[2] * b,
          m[3] * r + m[4] * g + m[5] * b,
          m[6] * r + m[7] * g + m[8] * b);
    }
  }
}
